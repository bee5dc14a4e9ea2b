/* Shared by the shim's own files; not visible to Swift. */
#ifndef CK_INTERNAL_H
#define CK_INTERNAL_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "CKafka.h"

/* Turns an rd_kafka_error_t (or NULL) into a value and destroys it (fact 8). */
ck_error ck_error_consume(rd_kafka_error_t *error);
ck_error ck_error_make(int32_t code, const char *message);
/* Settles delivery reports, passes errors and statistics on, destroys the event. */
void ck_producer_event(rd_kafka_t *client, rd_kafka_event_t *event);

#endif
