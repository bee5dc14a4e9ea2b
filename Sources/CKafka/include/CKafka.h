/* The one door to librdkafka.
 *
 * Why a shim at all, when Swift imports C headers by itself:
 *   - the loops that touch every record (poll, copy, produce, delivery) stay in C, so that Swift crosses the border once per batch;
 *   - variadic calls, unions of events and `rd_kafka_error_t` (which leaks unless destroyed) become plain values here;
 *   - Swift sees the functions below and nothing else of librdkafka.
 *
 * Every symbol begins with `ck_`. Pointers returned by a `_new` function are given back with the `_destroy` of the same name.
 * Functions return an rd_kafka_resp_err_t as int32_t, 0 for success, unless they say otherwise. `design/facts.md` numbers the
 * traps of librdkafka 2.0.2 that are worked around here.
 */
#ifndef CKAFKA_H
#define CKAFKA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct rd_kafka_s ck_client;
typedef struct rd_kafka_conf_s ck_config;
typedef struct rd_kafka_queue_s ck_queue;
typedef struct rd_kafka_topic_s ck_topic;
typedef struct rd_kafka_topic_partition_list_s ck_partitions;
typedef struct rd_kafka_metadata ck_metadata;
typedef struct rd_kafka_mock_cluster_s ck_mock;
typedef struct ck_batch ck_batch;
typedef struct ck_send ck_send;

/* An error as a value: what remains of an rd_kafka_error_t after it was destroyed. */
typedef struct ck_error {
  int32_t code;
  bool fatal;
  bool retriable;
  char message[512];
} ck_error;

/* ---- errors ---- */

const char *ck_error_name(int32_t code);
const char *ck_error_text(int32_t code);
/* The fatal error of an idempotent producer or a fenced consumer; code 0 if there is none. */
ck_error ck_fatal_error(ck_client *client);
/* Makes the client fail as if a fatal error had been raised by the protocol; for tests. */
void ck_test_fatal_error(ck_client *client, int32_t code);
int32_t ck_code_queue_full(void);
int32_t ck_code_partition_eof(void);

/* Names the calling thread for debuggers and `top`; at most 15 bytes. (Swift's Glibc module lacks the GNU extension.) */
void ck_thread_set_name(const char *name);

/* ---- configuration and clients ---- */

enum { CK_CONFIG_OK = 0, CK_CONFIG_UNKNOWN = 1, CK_CONFIG_INVALID = 2 };

ck_config *ck_config_new(void);
void ck_config_destroy(ck_config *config);
/* Returns a CK_CONFIG_ value; `message` receives librdkafka's explanation, which may quote the value. */
int ck_config_set(ck_config *config, const char *name, const char *value, char *message, size_t message_size);

/* What a client tells its owner. Called on librdkafka's threads, or on the thread that polls. A callback must not block. */
typedef struct ck_callbacks {
  void *context;
  void (*log)(void *context, int32_t syslog_level, const char *facility, const char *message);
  void (*error)(void *context, int32_t code, bool fatal, const char *message);
  void (*statistics)(void *context, const char *json, size_t length);
  /* A producer has room again: `count` records left its queue. */
  void (*delivered)(void *context, size_t count);
} ck_callbacks;

/* All three consume `config`, whether they succeed or not; NULL and `error` on failure. */
ck_client *ck_consumer_new(ck_config *config, ck_callbacks callbacks, ck_error *error);
ck_client *ck_producer_new(ck_config *config, ck_callbacks callbacks, bool background, ck_error *error);
/* Blocks until librdkafka's threads have ended. A consumer must have been closed before. */
void ck_client_destroy(ck_client *client);

/* ---- lists of partitions ---- */

ck_partitions *ck_partitions_new(size_t capacity);
void ck_partitions_destroy(ck_partitions *list);
size_t ck_partitions_count(const ck_partitions *list);
void ck_partitions_add(ck_partitions *list, const char *topic, int32_t partition, int64_t offset);
const char *ck_partitions_get(const ck_partitions *list, size_t index, int32_t *partition, int64_t *offset, int32_t *error);

/* ---- consumer: events ---- */

enum {
  CK_EVENT_NONE = 0,
  CK_EVENT_ASSIGN,
  CK_EVENT_REVOKE,
  CK_EVENT_COMMITTED,
  CK_EVENT_ERROR,
  CK_EVENT_STATISTICS,
  CK_EVENT_OTHER,
};

/* One event of the consumer's queue. Pointers live until ck_event_destroy. */
typedef struct ck_event {
  int32_t kind;
  int32_t code;
  bool fatal;
  const char *text;
  size_t text_length;
  const ck_partitions *partitions;
  void *handle;
} ck_event;

/* The queue that a client without a group gets its errors on. */
ck_queue *ck_main_queue(ck_client *client);
/* The queue of rebalances, commit results, errors and statistics. */
ck_queue *ck_events_queue(ck_client *client);
/* A queue of our own, to which assigned partitions are forwarded. */
ck_queue *ck_queue_new(ck_client *client);
void ck_queue_destroy(ck_queue *queue);
/* Ends a poll of `queue` that blocks now, or else the next one (fact 3). */
void ck_queue_yield(ck_queue *queue);
/* From now on whatever arrives in `events` interrupts a poll of `target`; NULL ends that. */
void ck_queue_interrupts(ck_queue *events, ck_queue *target);
ck_event ck_event_poll(ck_queue *queue, int32_t timeout_ms);
void ck_event_destroy(ck_event *event);

/* ---- consumer: records ---- */

typedef struct ck_record {
  int64_t offset, timestamp_ms;
  int64_t key_offset, key_count;
  int64_t value_offset, value_count;
  int64_t headers_offset, headers_count;
  int32_t topic_index, partition;
} ck_record;

typedef struct ck_limits {
  size_t records_max;
  size_t bytes_max;
  int32_t wait_ms;     /* for the first record */
  int64_t linger_us;   /* from the first record on */
} ck_limits;

enum {
  CK_POLL_EMPTY = 0,        /* no record within wait_ms */
  CK_POLL_READY = 1,        /* full, or lingered long enough */
  CK_POLL_INTERRUPTED = 2,  /* ck_queue_yield; call again after looking around */
  CK_POLL_MARK = 3,         /* an end of partition or an error stands in ck_batch_mark */
};

typedef struct ck_mark {
  const char *topic;
  const char *message;
  int32_t partition, code;
  int64_t offset;
} ck_mark;

ck_batch *ck_batch_new(size_t records_max);
void ck_batch_destroy(ck_batch *batch);
/* Waits for a first record, then drains without waiting (fact 2). Keeps what it has between calls. */
int ck_batch_poll(ck_batch *batch, ck_queue *records, ck_limits limits);
bool ck_batch_is_empty(const ck_batch *batch);

typedef struct ck_extent {
  size_t count, bytes;
} ck_extent;

/* How many of the records held fit into the limits, at least one if any is held, and the bytes of their slab. */
ck_extent ck_batch_fit(const ck_batch *batch, ck_limits limits);
ck_mark ck_batch_mark(const ck_batch *batch);
void ck_batch_mark_clear(ck_batch *batch);
/* Copies keys, values and packed headers of what ck_batch_fit measured into `slab` and one entry each into `records`, and lets go of the messages. */
void ck_batch_take(ck_batch *batch, ck_extent extent, uint8_t *slab, ck_record *records);
/* Drops what is held of a partition that is no longer ours. */
void ck_batch_remove(ck_batch *batch, const char *topic, int32_t partition);
/* Topics ever seen by this batch; ck_record.topic_index points here. */
size_t ck_batch_topics_count(const ck_batch *batch);
const char *ck_batch_topic(const ck_batch *batch, size_t index);

/* ---- consumer: group, assignment, offsets ---- */

int32_t ck_subscribe(ck_client *client, const ck_partitions *topics);
/* Sends a partition's records to `queue` instead of the consumer's own queue. Call before assigning. */
int32_t ck_partition_forward(ck_client *client, const char *topic, int32_t partition, ck_queue *queue);
bool ck_rebalance_is_cooperative(ck_client *client);
bool ck_assignment_is_lost(ck_client *client);
int32_t ck_assign(ck_client *client, const ck_partitions *partitions); /* NULL: nothing */
ck_error ck_incremental_assign(ck_client *client, const ck_partitions *partitions);
ck_error ck_incremental_unassign(ck_client *client, const ck_partitions *partitions);
/* Goes on reading an assigned partition from another place; what was fetched before is dropped. Not for a partition whose fetching has not begun. */
int32_t ck_seek(ck_client *client, const char *topic, int32_t partition, int64_t offset, int32_t timeout_ms);
/* The result comes as CK_EVENT_COMMITTED on `reply`. */
int32_t ck_commit_async(ck_client *client, const ck_partitions *offsets, ck_queue *reply);
int32_t ck_committed(ck_client *client, ck_partitions *partitions, int32_t timeout_ms);
int32_t ck_watermarks_cached(ck_client *client, const char *topic, int32_t partition, int64_t *low, int64_t *high);
int32_t ck_watermarks_query(ck_client *client, const char *topic, int32_t partition, int64_t *low, int64_t *high, int32_t timeout_ms);
/* `partitions` carry times in milliseconds and get, in their place, the offset of the first record that is as late; -1 if there is none. */
int32_t ck_offsets_for_times(ck_client *client, ck_partitions *partitions, int32_t timeout_ms);
/* Starts leaving the group; events go on arriving in `queue` until ck_consumer_is_closed. */
ck_error ck_consumer_close_start(ck_client *client, ck_queue *queue);
bool ck_consumer_is_closed(ck_client *client);

/* ---- producer ---- */

typedef struct ck_outgoing {
  int64_t key_offset, key_count;
  int64_t value_offset, value_count;
  int64_t headers_offset, headers_count;
  int32_t topic_index, partition; /* -1: chosen by key */
} ck_outgoing;

typedef struct ck_delivery {
  int64_t offset;
  int32_t partition;
  int32_t code;
} ck_delivery;

ck_topic *ck_topic_new(ck_client *client, const char *name, int32_t *code);
void ck_topic_destroy(ck_topic *topic);

/* One call of the producer's send: counts its records down. */
ck_send *ck_send_new(size_t count);
void ck_send_destroy(ck_send *send);
/* Hands records[from..<count] to librdkafka; returns the index of the first one that did not fit (queue full), or count. */
size_t ck_send_enqueue(
    ck_send *send, ck_client *client, ck_topic *const *topics, const uint8_t *slab, const ck_outgoing *records, size_t from);
/* Settles records[from..<count] with `code` without having sent them. */
void ck_send_abandon(ck_send *send, size_t from, int32_t code);
/* No more calls of enqueue: `done` is called once, when the last record is settled, possibly before this returns. */
void ck_send_seal(ck_send *send, void (*done)(void *context), void *context);
ck_delivery ck_send_delivery(const ck_send *send, size_t index);
/* How many records failed; call after `done`. */
size_t ck_send_failures(const ck_send *send);

/* For a producer without background thread: serves deliveries for up to `timeout_ms`. */
void ck_producer_poll(ck_client *client, int32_t timeout_ms);
int32_t ck_producer_flush(ck_client *client, int32_t timeout_ms);
/* Gives up everything queued and in flight; deliveries follow with an error. */
void ck_producer_purge(ck_client *client);
size_t ck_producer_queue_depth(ck_client *client);

/* ---- metadata and administration ---- */

/* The named topic, or every topic if NULL. */
int32_t ck_metadata_get(ck_client *client, const char *topic, int32_t timeout_ms, const ck_metadata **metadata);
void ck_metadata_destroy(const ck_metadata *metadata);
size_t ck_metadata_brokers_count(const ck_metadata *metadata);
const char *ck_metadata_broker(const ck_metadata *metadata, size_t index, int32_t *id, int32_t *port);
size_t ck_metadata_topics_count(const ck_metadata *metadata);
const char *ck_metadata_topic(const ck_metadata *metadata, size_t index, int32_t *code, size_t *partitions_count);

typedef struct ck_partition_metadata {
  int32_t id, code, leader;
  size_t replicas_count, in_sync_count;
} ck_partition_metadata;

ck_partition_metadata ck_metadata_partition(const ck_metadata *metadata, size_t topic, size_t partition);

typedef struct ck_new_topic {
  const char *name;
  int32_t partitions_count, replication; /* -1: the broker's default */
  const char *const *config_names;
  const char *const *config_values;
  size_t config_count;
} ck_new_topic;

/* Blocks up to `timeout_ms`. The result is about the request; `errors[i]` about topic i. */
ck_error ck_create_topics(ck_client *client, const ck_new_topic *topics, size_t count, int32_t timeout_ms, ck_error *errors);

/* ---- mock cluster (rdkafka_mock.h) ---- */

ck_mock *ck_mock_new(ck_client *client, int32_t brokers_count);
void ck_mock_destroy(ck_mock *mock);
const char *ck_mock_bootstrap_servers(const ck_mock *mock);
int32_t ck_mock_create_topic(ck_mock *mock, const char *topic, int32_t partitions_count, int32_t replication);
int32_t ck_mock_set_leader(ck_mock *mock, const char *topic, int32_t partition, int32_t broker);
void ck_mock_set_topic_error(ck_mock *mock, const char *topic, int32_t code);
int32_t ck_mock_set_broker_down(ck_mock *mock, int32_t broker, bool down);
int32_t ck_mock_set_round_trip(ck_mock *mock, int32_t broker, int32_t milliseconds);
int32_t ck_mock_set_group_coordinator(ck_mock *mock, const char *group, int32_t broker);
void ck_mock_push_errors(ck_mock *mock, int16_t api_key, const int32_t *codes, size_t count);
/* The next request of that kind to `broker` is answered after `milliseconds`, with `code` (0: none). */
int32_t ck_mock_push_round_trip(ck_mock *mock, int32_t broker, int16_t api_key, int32_t code, int32_t milliseconds);

#endif
