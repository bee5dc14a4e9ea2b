/* Empty on purpose: this target only brings librdkafka's link flags (pkg-config `rdkafka`) to CKafka,
 * which alone includes <librdkafka/rdkafka.h>. Nothing of librdkafka is visible to Swift. */
