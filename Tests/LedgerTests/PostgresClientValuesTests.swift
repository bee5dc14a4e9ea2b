import CheckoutSession
import PostgresTestKit
import Testing

@testable import Ledger

/// What goes to a real server comes back as it was.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct PostgresClientValuesTests {
  private func withPool<Value>(_ body: (PostgresPool) async throws -> Value) async throws -> Value {
    try await PostgresPool.opened(.test(.shared()), body)
  }

  @Test func scalarsComeBack() async throws {
    let integers: [Int64?] = [0, 1, -1, .min, .max, nil]
    let doubles: [Double?] = [0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, nil]
    let texts: [String?] = ["", "a", "naïve 🧾 \u{10FFFF}", "e\u{301}", "'; DROP TABLE x; --", String(repeating: "x", count: 100_000), nil]
    let bytes: [[UInt8]?] = [[], [0], [0, 1, 0], Array(0...255), nil]
    try await withPool { pool in
      try await pool.with { session in
        for value in integers { #expect(try session.run("SELECT $1", [.integer(value)]).optionalInteger(0, 0) == value) }
        for value in doubles {
          let double = try session.run("SELECT $1", [.double(value)]).optionalDouble(0, 0)
          #expect(double?.bitPattern == value?.bitPattern)
        }
        for value in texts {
          // By bytes: Swift holds two spellings of a letter for one.
          let text = try session.run("SELECT $1", [.text(value)]).text(0, 0)
          #expect(text.map { Array($0.utf8) } == value.map { Array($0.utf8) })
        }
        for value in bytes { #expect(try session.run("SELECT $1", [.bytes(value)]).bytes(0, 0) == value) }
        for value in [true, false] { #expect(try session.run("SELECT $1", [.bool(value)]).bool(0, 0) == value) }
        #expect(try session.run("SELECT $1", [.bool(nil)]).isNull(0, 0))
      }
    }
  }

  @Test func arraysComeBackInTheirOrder() async throws {
    let integers: [Int64?] = [3, nil, .max, -1]
    let doubles: [Double?] = [0.1, nil, -2]
    let texts: [String?] = ["{a,\"b\"}", nil, "", "ü"]
    let bytes: [[UInt8]?] = [[0, 255], [], nil]
    let bools: [Bool?] = [true, nil, false]
    let parameters: [PostgresParameter] = [.integers(integers), .doubles(doubles), .texts(texts), .byteArrays(bytes), .bools(bools)]
    try await withPool { pool in
      try await pool.with { session in
        let rows = try session.run(
          "SELECT * FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS t(i, d, s, b, f, n) ORDER BY n", parameters)
        #expect(rows.count == 4)
        #expect((0..<4).map { rows.optionalInteger($0, 0) } == integers)
        #expect((0..<3).map { rows.optionalDouble($0, 1) } == doubles)
        #expect((0..<4).map { rows.text($0, 2) } == texts)
        #expect((0..<3).map { rows.bytes($0, 3) } == bytes)
        #expect((0..<3).map { rows.isNull($0, 4) ? nil : rows.bool($0, 4) } == bools)
      }
    }
  }

  @Test func emptyArraysAreEmptyAndNotNull() async throws {
    let empty: [PostgresParameter] = [.integers([]), .doubles([]), .texts([]), .byteArrays([]), .bools([])]
    try await withPool { pool in
      try await pool.with { session in
        for parameter in empty {
          let rows = try session.run("SELECT cardinality($1), (SELECT count(*) FROM unnest($1)) ", [parameter])
          #expect(!rows.isNull(0, 0) && rows.integer(0, 0) == 0 && rows.integer(0, 1) == 0)
        }
      }
    }
  }

  @Test func longBatchesComeBack() async throws {
    let texts = (0..<50_000).map { "key \($0)" }
    try await withPool { pool in
      let (count, last) = try await pool.with { session in
        let rows = try session.run("SELECT t FROM unnest($1) WITH ORDINALITY AS u(t, n) ORDER BY n", [.texts(texts)])
        return (rows.count, rows.text(rows.count - 1, 0))
      }
      #expect(count == texts.count && last == texts.last)
    }
  }

  @Test func smallerTypesAreRead() async throws {
    try await withPool { pool in
      try await pool.with { session in
        let rows = try session.run("SELECT 7::smallint, -8::integer, 1.5::real, 'n'::name, NULL::integer")
        #expect(rows.integer(0, 0) == 7 && rows.integer(0, 1) == -8 && rows.double(0, 2) == 1.5 && rows.text(0, 3) == "n")
        #expect(rows.integer(0, 4) == 0 && rows.optionalInteger(0, 4) == nil)
      }
    }
  }

  @Test func aTypeThatCannotBeReadIsNamed() async throws {
    try await withPool { pool in
      let failure = await pool.failure { try $0.run("SELECT sum(n) AS total FROM unnest($1) AS t(n)", [.integers([1, 2])]) }
      #expect(failure?.code == .unexpected && failure?.message.contains("column total has the type 1700") == true)
    }
  }

  @Test func changesAreCounted() async throws {
    try await withPool { pool in
      try await pool.with { session in
        try session.script("CREATE TEMPORARY TABLE counted (n bigint); INSERT INTO counted VALUES (1), (2), (3)")
        #expect(try session.run("UPDATE counted SET n = n + 1 WHERE n > $1", [.integer(1)]).changedCount == 2)
        #expect(try session.run("DELETE FROM counted").changedCount == 3)
      }
    }
  }

  @Test func aTextIsPreparedOnceForEachSetOfTypes() async throws {
    try await withPool { pool in
      try await pool.with { session in
        for number in 0..<5 {
          let back = try session.run("SELECT $1", [.integer(Int64(number))]).integer(0, 0)
          #expect(back == Int64(number))
        }
        let text = try session.run("SELECT $1", [.text("t")]).text(0, 0)
        let count = try session.run("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1'").integer(0, 0)
        #expect(text == "t" && count == 2)
      }
    }
  }

  @Test func preparedStatementsAreBounded() async throws {
    try await withPool { pool in
      let left = try await pool.with { session in
        for number in 0..<300 { _ = try session.run("SELECT \(number)") }
        return try session.run("SELECT count(*) FROM pg_prepared_statements").integer(0, 0)
      }
      #expect(left <= 256)
    }
  }
}
