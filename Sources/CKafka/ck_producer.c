/* Producer: batches of records out, delivery reports in. */
#include "ck_internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What a message's opaque pointer leads back to. */
typedef struct ck_slot {
  ck_send *send;
  ck_delivery delivery;
} ck_slot;

struct ck_send {
  atomic_size_t unsettled; /* records without a result, plus one until it is sealed */
  atomic_size_t failures;
  size_t count;
  void (*done)(void *context);
  void *context;
  ck_slot slots[];
};

ck_topic *ck_topic_new(ck_client *client, const char *name, int32_t *code) {
  ck_topic *topic = rd_kafka_topic_new(client, name, NULL);
  *code = topic ? 0 : rd_kafka_last_error();
  return topic;
}

void ck_topic_destroy(ck_topic *topic) { rd_kafka_topic_destroy(topic); }

ck_send *ck_send_new(size_t count) {
  ck_send *send = calloc(1, sizeof(*send) + count * sizeof(ck_slot));
  if (!send) return NULL;
  atomic_init(&send->unsettled, count + 1);
  atomic_init(&send->failures, 0);
  send->count = count;
  return send;
}

void ck_send_destroy(ck_send *send) { free(send); }

/* The thread that takes the counter to 0 calls `done`, exactly once; whoever is woken by it may destroy `send`, so nobody
 * touches `send` after having settled his share. */
static void settle(ck_send *send, size_t count) {
  if (count && atomic_fetch_sub(&send->unsettled, count) == count) send->done(send->context);
}

static void fail(ck_send *send, size_t index, int32_t code) {
  send->slots[index].delivery = (ck_delivery){.offset = -1, .partition = -1, .code = code};
  atomic_fetch_add(&send->failures, 1);
}

static uint32_t read_length(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static rd_kafka_headers_t *headers_from(const uint8_t *at, int64_t count) {
  const uint8_t *end = at + count;
  if (end - at < 8) return NULL;
  rd_kafka_headers_t *headers = rd_kafka_headers_new(8);
  while (end - at >= 8) {
    uint32_t name_size = read_length(at), value_size = read_length(at + 4);
    bool is_null = value_size == UINT32_MAX;
    const uint8_t *name = at + 8;
    if ((uint64_t)(end - name) < (uint64_t)name_size + (is_null ? 0 : value_size)) break;
    at = name + name_size + (is_null ? 0 : value_size);
    rd_kafka_header_add(headers, (const char *)name, name_size, is_null ? NULL : name + name_size, is_null ? 0 : value_size);
  }
  return headers;
}

static rd_kafka_resp_err_t produce(
    ck_slot *slot, ck_client *client, ck_topic *topic, const uint8_t *slab, const ck_outgoing *record) {
  rd_kafka_headers_t *headers = headers_from(slab + record->headers_offset, record->headers_count);
  rd_kafka_vu_t arguments[7] = {
      {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic},
      {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = record->partition < 0 ? RD_KAFKA_PARTITION_UA : record->partition},
      {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
      {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = slot},
      {.vtype = RD_KAFKA_VTYPE_KEY},
      {.vtype = RD_KAFKA_VTYPE_VALUE},
      {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
  };
  /* A pointer with length 0 is an empty key or value, NULL is none at all. */
  if (record->key_count >= 0) {
    arguments[4].u.mem.ptr = (void *)(slab + record->key_offset);
    arguments[4].u.mem.size = (size_t)record->key_count;
  }
  if (record->value_count >= 0) {
    arguments[5].u.mem.ptr = (void *)(slab + record->value_offset);
    arguments[5].u.mem.size = (size_t)record->value_count;
  }
  rd_kafka_error_t *error = rd_kafka_produceva(client, arguments, headers ? 7 : 6);
  if (!error) return RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  if (headers) rd_kafka_headers_destroy(headers); /* ours again, as it was refused */
  return code;
}

size_t ck_send_enqueue(
    ck_send *send, ck_client *client, ck_topic *const *topics, const uint8_t *slab, const ck_outgoing *records, size_t from) {
  for (size_t i = from; i < send->count; i++) {
    ck_slot *slot = &send->slots[i];
    slot->send = send;
    rd_kafka_resp_err_t code = produce(slot, client, topics[records[i].topic_index], slab, &records[i]);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return i;
    if (code) {
      fail(send, i, code);
      settle(send, 1);
    }
  }
  return send->count;
}

void ck_send_abandon(ck_send *send, size_t from, int32_t code) {
  for (size_t i = from; i < send->count; i++) fail(send, i, code);
  settle(send, send->count - from);
}

void ck_send_seal(ck_send *send, void (*done)(void *context), void *context) {
  send->done = done;
  send->context = context;
  settle(send, 1);
}
ck_delivery ck_send_delivery(const ck_send *send, size_t index) { return send->slots[index].delivery; }
size_t ck_send_failures(const ck_send *send) { return atomic_load(&((ck_send *)send)->failures); }

static void settle_deliveries(const ck_callbacks *callbacks, rd_kafka_event_t *event) {
  const rd_kafka_message_t *message;
  size_t count = 0, pending = 0;
  ck_send *send = NULL;
  while ((message = rd_kafka_event_message_next(event))) {
    ck_slot *slot = message->_private;
    count++;
    if (slot->send != send) { /* one subtraction for a run of records of the same send */
      if (send) settle(send, pending);
      send = slot->send;
      pending = 0;
    }
    pending++;
    if (message->err) {
      fail(send, (size_t)(slot - send->slots), message->err);
    } else {
      slot->delivery = (ck_delivery){.offset = message->offset, .partition = message->partition, .code = 0};
    }
  }
  if (send) settle(send, pending);
  if (callbacks->delivered) callbacks->delivered(callbacks->context, count);
}

void ck_producer_event(rd_kafka_t *client, rd_kafka_event_t *event) {
  const ck_callbacks *callbacks = rd_kafka_opaque(client);
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_DR: settle_deliveries(callbacks, event); break;
    case RD_KAFKA_EVENT_ERROR:
      if (callbacks->error)
        callbacks->error(
            callbacks->context, rd_kafka_event_error(event), rd_kafka_event_error_is_fatal(event), rd_kafka_event_error_string(event));
      break;
    case RD_KAFKA_EVENT_STATS: {
      const char *json = rd_kafka_event_stats(event);
      if (callbacks->statistics) callbacks->statistics(callbacks->context, json, strlen(json));
      break;
    }
    default: break;
  }
  rd_kafka_event_destroy(event);
}

void ck_producer_poll(ck_client *client, int32_t timeout_ms) {
  rd_kafka_queue_t *queue = rd_kafka_queue_get_main(client);
  rd_kafka_event_t *event = rd_kafka_queue_poll(queue, timeout_ms);
  if (event) ck_producer_event(client, event);
  rd_kafka_queue_destroy(queue);
}

int32_t ck_producer_flush(ck_client *client, int32_t timeout_ms) { return rd_kafka_flush(client, timeout_ms); }
void ck_producer_purge(ck_client *client) { rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT); }
size_t ck_producer_queue_depth(ck_client *client) { return (size_t)rd_kafka_outq_len(client); }
