import CKernels

/// Bytes that the tensors of the calling thread hold: a worker is a thread, so this is the worker's own account.
public enum LiveBytes {
  public static var now: Int { Int(ck_live_bytes(0)) }

  static func change(by bytes: Int) { _ = ck_live_bytes(Int64(bytes)) }
}
