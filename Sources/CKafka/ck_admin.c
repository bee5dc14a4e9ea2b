/* Metadata and topic creation. */
#include "ck_internal.h"

#include <stdlib.h>
#include <string.h>

int32_t ck_metadata_get(ck_client *client, const char *topic, int32_t timeout_ms, const ck_metadata **metadata) {
  rd_kafka_topic_t *handle = topic ? rd_kafka_topic_new(client, topic, NULL) : NULL;
  if (topic && !handle) return rd_kafka_last_error();
  int32_t code = rd_kafka_metadata(client, topic == NULL, handle, metadata, timeout_ms);
  if (handle) rd_kafka_topic_destroy(handle);
  return code;
}

void ck_metadata_destroy(const ck_metadata *metadata) { rd_kafka_metadata_destroy(metadata); }
size_t ck_metadata_brokers_count(const ck_metadata *metadata) { return (size_t)metadata->broker_cnt; }

const char *ck_metadata_broker(const ck_metadata *metadata, size_t index, int32_t *id, int32_t *port) {
  *id = metadata->brokers[index].id;
  *port = metadata->brokers[index].port;
  return metadata->brokers[index].host;
}

size_t ck_metadata_topics_count(const ck_metadata *metadata) { return (size_t)metadata->topic_cnt; }

const char *ck_metadata_topic(const ck_metadata *metadata, size_t index, int32_t *code, size_t *partitions_count) {
  *code = metadata->topics[index].err;
  *partitions_count = (size_t)metadata->topics[index].partition_cnt;
  return metadata->topics[index].topic;
}

ck_partition_metadata ck_metadata_partition(const ck_metadata *metadata, size_t topic, size_t partition) {
  const rd_kafka_metadata_partition_t *found = &metadata->topics[topic].partitions[partition];
  return (ck_partition_metadata){
      .id = found->id,
      .code = found->err,
      .leader = found->leader,
      .replicas_count = (size_t)found->replica_cnt,
      .in_sync_count = (size_t)found->isr_cnt,
  };
}

static rd_kafka_NewTopic_t *new_topic(const ck_new_topic *topic, ck_error *error) {
  char message[256] = "";
  rd_kafka_NewTopic_t *made =
      rd_kafka_NewTopic_new(topic->name, topic->partitions_count, topic->replication, message, sizeof(message));
  if (!made) {
    *error = ck_error_make(RD_KAFKA_RESP_ERR__INVALID_ARG, message);
    return NULL;
  }
  for (size_t i = 0; i < topic->config_count; i++) {
    int32_t code = rd_kafka_NewTopic_set_config(made, topic->config_names[i], topic->config_values[i]);
    if (!code) continue;
    *error = ck_error_make(code, ck_error_text(code));
    rd_kafka_NewTopic_destroy(made);
    return NULL;
  }
  return made;
}

static void read_results(const rd_kafka_event_t *event, const ck_new_topic *topics, size_t count, ck_error *errors) {
  size_t results_count = 0;
  const rd_kafka_topic_result_t **results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result((rd_kafka_event_t *)event), &results_count);
  for (size_t i = 0; i < results_count; i++) {
    for (size_t j = 0; j < count; j++) {
      if (strcmp(rd_kafka_topic_result_name(results[i]), topics[j].name) != 0) continue;
      int32_t code = rd_kafka_topic_result_error(results[i]);
      errors[j] = ck_error_make(code, rd_kafka_topic_result_error_string(results[i]));
    }
  }
}

static ck_error request_topics(
    ck_client *client, rd_kafka_NewTopic_t **made, const ck_new_topic *topics, size_t count, int32_t timeout_ms, ck_error *errors) {
  char message[256] = "";
  rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, message, sizeof(message));
  rd_kafka_AdminOptions_set_operation_timeout(options, timeout_ms, message, sizeof(message));
  rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
  rd_kafka_CreateTopics(client, made, count, options, queue);
  /* librdkafka answers by itself when the request times out; the extra second only guards against it not doing so. */
  rd_kafka_event_t *event = rd_kafka_queue_poll(queue, timeout_ms + 1000);
  ck_error out = ck_error_make(RD_KAFKA_RESP_ERR__TIMED_OUT, "no answer to CreateTopics");
  if (event) {
    out = ck_error_make(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
    if (!out.code) read_results(event, topics, count, errors);
    rd_kafka_event_destroy(event);
  }
  rd_kafka_queue_destroy(queue);
  rd_kafka_AdminOptions_destroy(options);
  return out;
}

ck_error ck_create_topics(ck_client *client, const ck_new_topic *topics, size_t count, int32_t timeout_ms, ck_error *errors) {
  ck_error out = {0};
  rd_kafka_NewTopic_t **made = calloc(count, sizeof(*made));
  if (!made) return ck_error_make(RD_KAFKA_RESP_ERR__FAIL, "out of memory");
  size_t made_count = 0;
  while (made_count < count && (made[made_count] = new_topic(&topics[made_count], &out))) made_count++;
  if (made_count == count) out = request_topics(client, made, topics, count, timeout_ms, errors);
  rd_kafka_NewTopic_destroy_array(made, made_count);
  free(made);
  return out;
}
