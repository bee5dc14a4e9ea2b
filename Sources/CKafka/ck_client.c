/* Clients, their configuration and their callbacks. */
#define _GNU_SOURCE
#include "ck_internal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ck_error ck_error_make(int32_t code, const char *message) {
  ck_error out = {.code = code};
  snprintf(out.message, sizeof(out.message), "%s", message ? message : "");
  return out;
}

ck_error ck_error_consume(rd_kafka_error_t *error) {
  if (!error) return ck_error_make(0, NULL);
  ck_error out = ck_error_make(rd_kafka_error_code(error), rd_kafka_error_string(error));
  out.fatal = rd_kafka_error_is_fatal(error);
  out.retriable = rd_kafka_error_is_retriable(error);
  rd_kafka_error_destroy(error);
  return out;
}

const char *ck_error_name(int32_t code) { return rd_kafka_err2name((rd_kafka_resp_err_t)code); }
const char *ck_error_text(int32_t code) { return rd_kafka_err2str((rd_kafka_resp_err_t)code); }
int32_t ck_code_queue_full(void) { return RD_KAFKA_RESP_ERR__QUEUE_FULL; }
int32_t ck_code_partition_eof(void) { return RD_KAFKA_RESP_ERR__PARTITION_EOF; }

ck_error ck_fatal_error(ck_client *client) {
  ck_error out = {0};
  out.code = rd_kafka_fatal_error(client, out.message, sizeof(out.message));
  out.fatal = out.code != 0;
  return out;
}

void ck_test_fatal_error(ck_client *client, int32_t code) {
  rd_kafka_test_fatal_error(client, (rd_kafka_resp_err_t)code, "fatal error raised by a test");
}

void ck_thread_set_name(const char *name) { pthread_setname_np(pthread_self(), name); }

ck_config *ck_config_new(void) { return rd_kafka_conf_new(); }
void ck_config_destroy(ck_config *config) { rd_kafka_conf_destroy(config); }

int ck_config_set(ck_config *config, const char *name, const char *value, char *message, size_t message_size) {
  switch (rd_kafka_conf_set(config, name, value, message, message_size)) {
    case RD_KAFKA_CONF_OK: return CK_CONFIG_OK;
    case RD_KAFKA_CONF_UNKNOWN: return CK_CONFIG_UNKNOWN;
    default: return CK_CONFIG_INVALID;
  }
}

/* Logs come through a callback on the thread that logs, never through a queue: fact 5. */
static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *message) {
  const ck_callbacks *callbacks = client ? rd_kafka_opaque(client) : NULL;
  if (callbacks && callbacks->log) callbacks->log(callbacks->context, level, facility, message);
}

static void on_background_event(rd_kafka_t *client, rd_kafka_event_t *event, void *opaque) {
  (void)opaque;
  ck_producer_event(client, event);
}

static ck_client *client_new(rd_kafka_type_t type, ck_config *config, ck_callbacks callbacks, ck_error *error) {
  char message[512] = "";
  ck_callbacks *kept = malloc(sizeof(*kept));
  if (kept) {
    *kept = callbacks;
    rd_kafka_conf_set_opaque(config, kept);
    rd_kafka_conf_set_log_cb(config, on_log);
    ck_client *client = rd_kafka_new(type, config, message, sizeof(message));
    if (client) return client;
    *error = ck_error_make(rd_kafka_last_error(), message);
    free(kept);
  } else {
    *error = ck_error_make(RD_KAFKA_RESP_ERR__FAIL, "out of memory");
  }
  rd_kafka_conf_destroy(config);
  return NULL;
}

ck_client *ck_consumer_new(ck_config *config, ck_callbacks callbacks, ck_error *error) {
  rd_kafka_conf_set_events(
      config, RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS);
  ck_client *client = client_new(RD_KAFKA_CONSUMER, config, callbacks, error);
  if (client) rd_kafka_poll_set_consumer(client);
  return client;
}

ck_client *ck_producer_new(ck_config *config, ck_callbacks callbacks, bool background, ck_error *error) {
  rd_kafka_conf_set_events(config, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS);
  if (background) rd_kafka_conf_set_background_event_cb(config, on_background_event);
  ck_client *client = client_new(RD_KAFKA_PRODUCER, config, callbacks, error);
  if (!client || !background) return client;
  rd_kafka_queue_t *main_queue = rd_kafka_queue_get_main(client);
  rd_kafka_queue_t *background_queue = rd_kafka_queue_get_background(client);
  rd_kafka_queue_forward(main_queue, background_queue);
  rd_kafka_queue_destroy(background_queue);
  rd_kafka_queue_destroy(main_queue);
  return client;
}

void ck_client_destroy(ck_client *client) {
  void *callbacks = rd_kafka_opaque(client);
  /* The owner has closed a consumer already, with a deadline; destroying must not start to wait for the group again. */
  rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  free(callbacks);
}

ck_partitions *ck_partitions_new(size_t capacity) { return rd_kafka_topic_partition_list_new((int)capacity); }
void ck_partitions_destroy(ck_partitions *list) { rd_kafka_topic_partition_list_destroy(list); }
size_t ck_partitions_count(const ck_partitions *list) { return list ? (size_t)list->cnt : 0; }

void ck_partitions_add(ck_partitions *list, const char *topic, int32_t partition, int64_t offset) {
  rd_kafka_topic_partition_list_add(list, topic, partition)->offset = offset;
}

const char *ck_partitions_get(const ck_partitions *list, size_t index, int32_t *partition, int64_t *offset, int32_t *error) {
  const rd_kafka_topic_partition_t *element = &list->elems[index];
  *partition = element->partition;
  *offset = element->offset;
  *error = element->err;
  return element->topic;
}

ck_queue *ck_queue_new(ck_client *client) { return rd_kafka_queue_new(client); }
void ck_queue_destroy(ck_queue *queue) { rd_kafka_queue_destroy(queue); }
void ck_queue_yield(ck_queue *queue) { rd_kafka_queue_yield(queue); }

static void yield_target(rd_kafka_t *client, void *opaque) {
  (void)client;
  rd_kafka_queue_yield(opaque);
}

void ck_queue_interrupts(ck_queue *events, ck_queue *target) {
  rd_kafka_queue_cb_event_enable(events, target ? yield_target : NULL, target);
}
