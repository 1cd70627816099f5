import Dispatch
import Files
import Threading

/// Opens shards by their indexes. Those that are missing, stale or damaged are built first, on all cores, by one process
/// while others that open the same shards wait.
///
/// - Throws: the error of the first shard that can't be read.
func openIndexed(
  _ files: [ShardFile], _ rule: MemberRule, _ keeping: IndexKeeping
) throws(ShardError) -> [IndexedShard] {
  let known = try onAllCores(files.count) { number throws(ShardError) in
    let stamp = try files[number].stamp()
    return (stamp: stamp, shard: IndexedShard(files[number], stamp, rule, keeping))
  }
  let missing = known.indices.filter { known[$0].shard == nil }
  guard let first = missing.first else { return known.compactMap { $0.shard } }
  let lock = keeping.places(of: files[first], rule).lazy.compactMap { IndexLock(folder: parentDirectory($0)) }.first
  defer { withExtendedLifetime(lock) {} }
  let done = Monitor(0)
  let built = try onAllCores(missing.count) { number throws(ShardError) in
    let (file, stamp) = (files[missing[number]], known[missing[number]].stamp)
    // Another may have built it while this one waited for the lock.
    let other = IndexedShard(file, stamp, rule, keeping)
    let shard = if let other { other } else { try IndexedShard(scanning: file, stamp, rule, keeping) }
    done.withLock { done in
      done += 1
      keeping.progress?(done, missing.count)
    }
    return shard
  }
  var shards = known.map { $0.shard }
  for (number, shard) in zip(missing, built) { shards[number] = shard }
  return shards.compactMap { $0 }
}

/// What `make` gives for each number, made on all cores; or the error of the first for which it fails.
private func onAllCores<Made: Sendable>(
  _ count: Int, _ make: @Sendable (Int) throws(ShardError) -> Made
) throws(ShardError) -> [Made] {
  let results = Monitor([Result<Made, ShardError>?](repeating: nil, count: count))
  let firstFailure = Monitor(count)
  DispatchQueue.concurrentPerform(iterations: count) { number in
    guard firstFailure.withLock({ number < $0 }) else { return }
    let result = Result { () throws(ShardError) in try make(number) }
    if case .failure = result { firstFailure.withLock { $0 = min($0, number) } }
    results.withLock { $0[number] = result }
  }
  var made: [Made] = []
  for result in results.withLock({ $0 }) {
    if let result { made.append(try result.get()) }
  }
  return made
}
