/* Records: the loops that run once per record. */
#define _GNU_SOURCE
#include "ck_internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct ck_batch {
  rd_kafka_message_t **messages; /* `capacity` of them */
  size_t count, capacity, bytes;
  rd_kafka_message_t *carry; /* did not fit any more: the first one of the next batch */
  size_t carry_bytes;
  rd_kafka_message_t *mark; /* an error or an end of partition */
  int64_t first_at_us;
  char **topics;
  size_t topics_count;
};

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

ck_batch *ck_batch_new(size_t records_max) {
  ck_batch *batch = calloc(1, sizeof(*batch));
  if (!batch) return NULL;
  batch->capacity = records_max;
  batch->messages = malloc(records_max * sizeof(*batch->messages));
  if (batch->messages) return batch;
  free(batch);
  return NULL;
}

void ck_batch_destroy(ck_batch *batch) {
  for (size_t i = 0; i < batch->count; i++) rd_kafka_message_destroy(batch->messages[i]);
  if (batch->carry) rd_kafka_message_destroy(batch->carry);
  ck_batch_mark_clear(batch);
  for (size_t i = 0; i < batch->topics_count; i++) free(batch->topics[i]);
  free(batch->topics);
  free(batch->messages);
  free(batch);
}

/* Names and values as they are, eight bytes of lengths before each header: the form that `PackedHeaders` reads. */
static size_t headers_size(const rd_kafka_message_t *message) {
  rd_kafka_headers_t *headers;
  if (rd_kafka_message_headers(message, &headers) != 0) return 0;
  size_t size = 0, value_size;
  const char *name;
  const void *value;
  for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &value_size) == 0; i++)
    size += 8 + strlen(name) + (value ? value_size : 0);
  return size;
}

static size_t message_size(const rd_kafka_message_t *message) {
  return (message->key ? message->key_len : 0) + (message->payload ? message->len : 0) + headers_size(message);
}

static void append(ck_batch *batch, rd_kafka_message_t *message, size_t size) {
  if (batch->count == 0) batch->first_at_us = now_us();
  batch->messages[batch->count++] = message;
  batch->bytes += size;
}

static bool is_full(const ck_batch *batch, const ck_limits *limits) {
  return batch->carry || batch->count >= limits->records_max || batch->count >= batch->capacity || batch->bytes >= limits->bytes_max;
}

/* A record that would exceed bytes_max waits for the next batch; one that exceeds it alone is a batch of its own. */
static void take_in(ck_batch *batch, rd_kafka_message_t *message, const ck_limits *limits) {
  size_t size = message_size(message);
  if (batch->count > 0 && batch->bytes + size > limits->bytes_max) {
    batch->carry = message;
    batch->carry_bytes = size;
  } else {
    append(batch, message, size);
  }
}

int ck_batch_poll(ck_batch *batch, ck_queue *records, ck_limits limits) {
  if (batch->mark) return CK_POLL_MARK;
  if (batch->count == 0 && batch->carry) {
    append(batch, batch->carry, batch->carry_bytes);
    batch->carry = NULL;
  }
  int64_t deadline_us = now_us() + (int64_t)limits.wait_ms * 1000;
  bool wait = batch->count == 0;
  while (!is_full(batch, &limits)) {
    int64_t left_us = 0;
    if (wait) {
      left_us = (batch->count ? batch->first_at_us + limits.linger_us : deadline_us) - now_us();
      if (left_us <= 0 && batch->count) return CK_POLL_READY;
      if (left_us < 0) left_us = 0;
    }
    rd_kafka_message_t *message = rd_kafka_consume_queue(records, (int)((left_us + 999) / 1000));
    if (!message) {
      if (wait && left_us > 0 && (batch->count ? batch->first_at_us + limits.linger_us : deadline_us) > now_us())
        return CK_POLL_INTERRUPTED;
      if (batch->count == 0) return CK_POLL_EMPTY;
      if (wait) return CK_POLL_READY;
      wait = true; /* drained: now wait out the linger time */
      continue;
    }
    wait = false;
    if (message->err) {
      batch->mark = message;
      return CK_POLL_MARK;
    }
    take_in(batch, message, &limits);
  }
  return CK_POLL_READY;
}

bool ck_batch_is_empty(const ck_batch *batch) { return batch->count == 0 && !batch->carry; }

ck_extent ck_batch_fit(const ck_batch *batch, ck_limits limits) {
  if (batch->count <= limits.records_max && batch->bytes <= limits.bytes_max) return (ck_extent){batch->count, batch->bytes};
  ck_extent fit = {0, 0}; /* only when a later caller asks for less than an earlier one, whose records are still held */
  while (fit.count < batch->count && fit.count < limits.records_max) {
    size_t size = message_size(batch->messages[fit.count]);
    if (fit.count > 0 && fit.bytes + size > limits.bytes_max) break;
    fit.bytes += size;
    fit.count++;
  }
  return fit;
}

ck_mark ck_batch_mark(const ck_batch *batch) {
  const rd_kafka_message_t *message = batch->mark;
  return (ck_mark){
      .topic = message->rkt ? rd_kafka_topic_name(message->rkt) : "",
      .message = rd_kafka_message_errstr(message),
      .partition = message->partition,
      .code = message->err,
      .offset = message->offset,
  };
}

void ck_batch_mark_clear(ck_batch *batch) {
  if (batch->mark) rd_kafka_message_destroy(batch->mark);
  batch->mark = NULL;
}

static int32_t topic_index(ck_batch *batch, const char *name) {
  for (size_t i = 0; i < batch->topics_count; i++)
    if (strcmp(batch->topics[i], name) == 0) return (int32_t)i;
  char **grown = realloc(batch->topics, (batch->topics_count + 1) * sizeof(*grown));
  char *copy = strdup(name);
  if (grown) batch->topics = grown;
  if (!grown || !copy) abort(); /* out of memory, as malloc's failure inside librdkafka */
  batch->topics[batch->topics_count] = copy;
  return (int32_t)batch->topics_count++;
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t count) {
  if (count) memcpy(at, bytes, count);
  return at + count;
}

static uint8_t *put_length(uint8_t *at, uint32_t length) {
  at[0] = (uint8_t)length, at[1] = (uint8_t)(length >> 8), at[2] = (uint8_t)(length >> 16), at[3] = (uint8_t)(length >> 24);
  return at + 4;
}

static uint8_t *put_headers(uint8_t *at, const rd_kafka_message_t *message) {
  rd_kafka_headers_t *headers;
  if (rd_kafka_message_headers(message, &headers) != 0) return at;
  const char *name;
  const void *value;
  size_t value_size;
  for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &value_size) == 0; i++) {
    size_t name_size = strlen(name);
    at = put_length(at, (uint32_t)name_size);
    at = put_length(at, value ? (uint32_t)value_size : UINT32_MAX);
    at = put_bytes(at, name, name_size);
    if (value) at = put_bytes(at, value, value_size);
  }
  return at;
}

void ck_batch_take(ck_batch *batch, ck_extent extent, uint8_t *slab, ck_record *records) {
  uint8_t *at = slab;
  const rd_kafka_topic_t *last_topic = NULL; /* valid while its messages live, that is, in this call */
  int32_t last_index = 0;
  for (size_t i = 0; i < extent.count; i++) {
    const rd_kafka_message_t *message = batch->messages[i];
    ck_record *record = &records[i];
    if (message->rkt != last_topic) last_index = topic_index(batch, rd_kafka_topic_name(message->rkt));
    last_topic = message->rkt;
    record->topic_index = last_index;
    record->partition = message->partition;
    record->offset = message->offset;
    record->timestamp_ms = rd_kafka_message_timestamp(message, NULL);
    record->key_offset = at - slab;
    record->key_count = message->key ? (int64_t)message->key_len : -1;
    if (message->key) at = put_bytes(at, message->key, message->key_len);
    record->value_offset = at - slab;
    record->value_count = message->payload ? (int64_t)message->len : -1;
    if (message->payload) at = put_bytes(at, message->payload, message->len);
    record->headers_offset = at - slab;
    at = put_headers(at, message);
    record->headers_count = (at - slab) - record->headers_offset;
  }
  for (size_t i = 0; i < extent.count; i++) rd_kafka_message_destroy(batch->messages[i]);
  batch->count -= extent.count;
  batch->bytes -= extent.bytes;
  memmove(batch->messages, batch->messages + extent.count, batch->count * sizeof(*batch->messages));
}

static bool is_of(const rd_kafka_message_t *message, const char *topic, int32_t partition) {
  return message->partition == partition && message->rkt && strcmp(rd_kafka_topic_name(message->rkt), topic) == 0;
}

void ck_batch_remove(ck_batch *batch, const char *topic, int32_t partition) {
  size_t kept = 0;
  for (size_t i = 0; i < batch->count; i++) {
    rd_kafka_message_t *message = batch->messages[i];
    if (is_of(message, topic, partition)) {
      batch->bytes -= message_size(message);
      rd_kafka_message_destroy(message);
    } else {
      batch->messages[kept++] = message;
    }
  }
  batch->count = kept;
  if (batch->carry && is_of(batch->carry, topic, partition)) {
    rd_kafka_message_destroy(batch->carry);
    batch->carry = NULL;
  }
  if (batch->mark && is_of(batch->mark, topic, partition)) ck_batch_mark_clear(batch);
}

size_t ck_batch_topics_count(const ck_batch *batch) { return batch->topics_count; }
const char *ck_batch_topic(const ck_batch *batch, size_t index) { return batch->topics[index]; }
