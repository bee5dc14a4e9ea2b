#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A POSIX semaphore, to hold an event loop's thread in a test.
final class DispatchlessSemaphore: Sendable {
  // The kernel does the synchronisation; the memory is never moved.
  private nonisolated(unsafe) let storage = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(storage, 0, 0) }

  deinit {
    sem_destroy(storage)
    storage.deallocate()
  }

  func signal() { sem_post(storage) }
  func wait() { sem_wait(storage) }
}
