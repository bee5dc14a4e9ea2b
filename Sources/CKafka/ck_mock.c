/* librdkafka's mock cluster. */
#include "ck_internal.h"

#include <stdlib.h>

ck_mock *ck_mock_new(ck_client *client, int32_t brokers_count) { return rd_kafka_mock_cluster_new(client, brokers_count); }
void ck_mock_destroy(ck_mock *mock) { rd_kafka_mock_cluster_destroy(mock); }
const char *ck_mock_bootstrap_servers(const ck_mock *mock) { return rd_kafka_mock_cluster_bootstraps(mock); }

int32_t ck_mock_create_topic(ck_mock *mock, const char *topic, int32_t partitions_count, int32_t replication) {
  return rd_kafka_mock_topic_create(mock, topic, partitions_count, replication);
}

int32_t ck_mock_set_leader(ck_mock *mock, const char *topic, int32_t partition, int32_t broker) {
  return rd_kafka_mock_partition_set_leader(mock, topic, partition, broker);
}

void ck_mock_set_topic_error(ck_mock *mock, const char *topic, int32_t code) {
  rd_kafka_mock_topic_set_error(mock, topic, (rd_kafka_resp_err_t)code);
}

int32_t ck_mock_set_broker_down(ck_mock *mock, int32_t broker, bool down) {
  return down ? rd_kafka_mock_broker_set_down(mock, broker) : rd_kafka_mock_broker_set_up(mock, broker);
}

int32_t ck_mock_set_round_trip(ck_mock *mock, int32_t broker, int32_t milliseconds) {
  return rd_kafka_mock_broker_set_rtt(mock, broker, milliseconds);
}

int32_t ck_mock_set_group_coordinator(ck_mock *mock, const char *group, int32_t broker) {
  return rd_kafka_mock_coordinator_set(mock, "group", group, broker);
}

void ck_mock_push_errors(ck_mock *mock, int16_t api_key, const int32_t *codes, size_t count) {
  rd_kafka_resp_err_t *errors = malloc(count * sizeof(*errors));
  if (!errors) return;
  for (size_t i = 0; i < count; i++) errors[i] = (rd_kafka_resp_err_t)codes[i];
  rd_kafka_mock_push_request_errors_array(mock, api_key, count, errors);
  free(errors);
}

int32_t ck_mock_push_round_trip(ck_mock *mock, int32_t broker, int16_t api_key, int32_t code, int32_t milliseconds) {
  return rd_kafka_mock_broker_push_request_error_rtts(mock, broker, api_key, 1, (rd_kafka_resp_err_t)code, milliseconds);
}
