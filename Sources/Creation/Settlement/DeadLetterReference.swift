import CheckoutSession

/// The value of a dead letter that points at its request instead of carrying it (`deadLetters.payload: reference`): where the request stands in the
/// request topic, how long its value is and the value's SHA-256, by which replay makes sure that it reads the same bytes again.
struct DeadLetterReference {
  let coordinate: RecordCoordinate
  let value: ArraySlice<UInt8>?

  /// Writes `{"reference":{"topic","partition","offset","bytes","sha256"}}`; `bytes` and `sha256` are absent for a tombstone.
  func append(to bytes: inout [UInt8]) {
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.object("reference") { json in
          json.member("topic", coordinate.topic)
          json.member("partition", coordinate.partition)
          json.member("offset", coordinate.offset)
          if let value {
            json.member("bytes", value.count)
            json.member("sha256", BodyHash(of: value).hexadecimal)
          }
        }
      }
    }
  }
}
