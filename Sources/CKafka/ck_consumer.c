/* Consumer: events, group and offsets. */
#include "ck_internal.h"

#include <string.h>

ck_queue *ck_main_queue(ck_client *client) { return rd_kafka_queue_get_main(client); }
ck_queue *ck_events_queue(ck_client *client) { return rd_kafka_queue_get_consumer(client); }

static int32_t rebalance_kind(int32_t code) {
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) return CK_EVENT_ASSIGN;
  if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) return CK_EVENT_REVOKE;
  return CK_EVENT_ERROR;
}

ck_event ck_event_poll(ck_queue *queue, int32_t timeout_ms) {
  rd_kafka_event_t *event = rd_kafka_queue_poll(queue, timeout_ms);
  ck_event out = {.kind = CK_EVENT_NONE, .handle = event};
  if (!event) return out;
  out.code = rd_kafka_event_error(event);
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_REBALANCE:
      out.kind = rebalance_kind(out.code);
      out.partitions = rd_kafka_event_topic_partition_list(event);
      out.text = ck_error_text(out.code);
      break;
    case RD_KAFKA_EVENT_OFFSET_COMMIT:
      out.kind = CK_EVENT_COMMITTED;
      out.partitions = rd_kafka_event_topic_partition_list(event);
      out.text = rd_kafka_event_error_string(event);
      break;
    case RD_KAFKA_EVENT_ERROR:
      out.kind = CK_EVENT_ERROR;
      out.fatal = rd_kafka_event_error_is_fatal(event);
      out.text = rd_kafka_event_error_string(event);
      break;
    case RD_KAFKA_EVENT_STATS:
      out.kind = CK_EVENT_STATISTICS;
      out.text = rd_kafka_event_stats(event);
      break;
    default:
      out.kind = CK_EVENT_OTHER;
      out.text = rd_kafka_event_name(event);
  }
  out.text_length = out.text ? strlen(out.text) : 0;
  return out;
}

void ck_event_destroy(ck_event *event) {
  if (event->handle) rd_kafka_event_destroy(event->handle);
  *event = (ck_event){0};
}

int32_t ck_subscribe(ck_client *client, const ck_partitions *topics) { return rd_kafka_subscribe(client, topics); }

int32_t ck_partition_forward(ck_client *client, const char *topic, int32_t partition, ck_queue *queue) {
  rd_kafka_queue_t *source = rd_kafka_queue_get_partition(client, topic, partition);
  if (!source) return RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
  rd_kafka_queue_forward(source, queue);
  rd_kafka_queue_destroy(source);
  return 0;
}

bool ck_rebalance_is_cooperative(ck_client *client) {
  const char *protocol = rd_kafka_rebalance_protocol(client);
  return protocol && strcmp(protocol, "COOPERATIVE") == 0;
}

bool ck_assignment_is_lost(ck_client *client) { return rd_kafka_assignment_lost(client) != 0; }
int32_t ck_assign(ck_client *client, const ck_partitions *partitions) { return rd_kafka_assign(client, partitions); }

ck_error ck_incremental_assign(ck_client *client, const ck_partitions *partitions) {
  return ck_error_consume(rd_kafka_incremental_assign(client, partitions));
}

ck_error ck_incremental_unassign(ck_client *client, const ck_partitions *partitions) {
  return ck_error_consume(rd_kafka_incremental_unassign(client, partitions));
}

/* Not rd_kafka_seek_partitions, which waits a thousand times shorter than asked (fact 10). */
int32_t ck_seek(ck_client *client, const char *topic, int32_t partition, int64_t offset, int32_t timeout_ms) {
  rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
  if (!handle) return rd_kafka_last_error();
  int32_t code = rd_kafka_seek(handle, partition, offset, timeout_ms);
  rd_kafka_topic_destroy(handle);
  return code;
}

int32_t ck_commit_async(ck_client *client, const ck_partitions *offsets, ck_queue *reply) {
  return rd_kafka_commit_queue(client, offsets, reply, NULL, NULL);
}

int32_t ck_committed(ck_client *client, ck_partitions *partitions, int32_t timeout_ms) {
  return rd_kafka_committed(client, partitions, timeout_ms);
}

int32_t ck_watermarks_cached(ck_client *client, const char *topic, int32_t partition, int64_t *low, int64_t *high) {
  return rd_kafka_get_watermark_offsets(client, topic, partition, low, high);
}

int32_t ck_watermarks_query(ck_client *client, const char *topic, int32_t partition, int64_t *low, int64_t *high, int32_t timeout_ms) {
  return rd_kafka_query_watermark_offsets(client, topic, partition, low, high, timeout_ms);
}

int32_t ck_offsets_for_times(ck_client *client, ck_partitions *partitions, int32_t timeout_ms) {
  return rd_kafka_offsets_for_times(client, partitions, timeout_ms);
}

ck_error ck_consumer_close_start(ck_client *client, ck_queue *queue) {
  return ck_error_consume(rd_kafka_consumer_close_queue(client, queue));
}

bool ck_consumer_is_closed(ck_client *client) { return rd_kafka_consumer_closed(client) != 0; }
