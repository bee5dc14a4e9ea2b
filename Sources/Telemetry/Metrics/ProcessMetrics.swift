import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The process's own figures under the names every Prometheus dashboard knows.
public enum ProcessMetrics {
  /// Their descriptions, for the program's catalog.
  public static let descriptions: [MetricDescription] = [
    .counter("process_cpu_seconds_total", unit: .seconds, help: "Processor time used, user and system."),
    .gauge("process_open_fds", unit: "descriptors", help: "Open file descriptors."),
    .gauge("process_resident_memory_bytes", unit: .bytes, help: "Memory held in RAM."),
    .gauge("process_start_time_seconds", unit: .seconds, help: "When the process started, in seconds since 1970."),
  ]

  /// Brings the figures up to date before every snapshot of `registry`. Call once, at the start of the program: that moment is taken as its start time.
  /// Reads only the process's clock and `/proc/self`, which do not wait for a disk.
  public static func register(in registry: PrometheusRegistry, now: LogTimestamp = .now()) {
    registry.gauge("process_start_time_seconds").set(Double(now.secondsSinceEpoch) + Double(now.milliseconds) / 1000)
    let cpu = registry.counter("process_cpu_seconds_total")
    let descriptors = registry.gauge("process_open_fds")
    let memory = registry.gauge("process_resident_memory_bytes")
    // What was added so far. Two snapshots at once would add the same difference twice without the lock.
    let counted = Mutex(0.0)
    registry.addCollector {
      counted.withLock { counted in
        let used = processorSeconds()
        cpu.increment(by: used - counted)
        counted = max(used, counted)
      }
      if let count = openDescriptors() { descriptors.set(count) }
      if let bytes = residentBytes() { memory.set(bytes) }
    }
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func openDescriptors() -> Int? {
    guard let directory = opendir("/proc/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Not counted: `.`, `..` and the descriptor that reads the directory.
    return max(count - 3, 0)
  }

  /// The second number of `/proc/self/statm` is the resident size in pages.
  private static func residentBytes() -> Int? {
    let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 128)
    let length = read(descriptor, &buffer, buffer.count)
    guard length > 0 else { return nil }
    let numbers = String(decoding: buffer[..<length], as: UTF8.self).split(separator: " ")
    guard numbers.count > 1, let pages = Int(numbers[1]) else { return nil }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
