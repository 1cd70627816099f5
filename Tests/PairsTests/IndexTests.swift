import Dispatch
import Foundation
import Pairs
import Synchronization
import TestSupport
import Testing

/// All that a source tells: pairs or what is wrong with them, places, what was left out, and which data it is.
private func account(of source: any PairSource) throws -> [String] {
  let records = (0..<source.count).map { index in
    let pair = Result { try source.pair(at: index) }
    return "\(source.location(of: index)) \(pair)"
  }
  let digest = try DataIdentity.digest(of: source, Mixture([.init(count: source.count)]))
  return records + source.skipped.map(\.line) + ["\(source.shardRanges)", digest]
}

/// Counts the indexes that are built.
private final class Builds: Sendable {
  private let count = Mutex(0)
  /// Without a cache: beside the shards or nowhere.
  var keeping: IndexKeeping { IndexKeeping(cache: nil) { _, _ in self.count.withLock { count in count += 1 } } }

  /// Those since it was last asked.
  func taken() -> Int {
    count.withLock { count in
      defer { count = 0 }
      return count
    }
  }
}

/// Two pairs a shard, and a caption that has no picture.
private func shards(_ names: [String], in folder: TemporaryFolder) throws -> [String] {
  try names.enumerated().map { number, name in
    try folder.tar(
      name,
      [
        ("\(number)/1.png", [UInt8(number)]), ("\(number)/1.txt", Array("\(name) one".utf8)), ("x.txt", [65]),
        ("\(number)/2.png", [2]), ("\(number)/2.json", Array(#"{"caption": "two"}"#.utf8)),
      ])
  }
}

private func indexPath(_ shard: String, in folder: TemporaryFolder) -> String {
  "\(folder.path)/.diagonal/\(shard).both.index"
}

private func contents(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { [UInt8]($0) } }

@Suite struct IndexTests {
  /// Sparse members in GNU's form and pax's, links, long names, keys that are no UTF-8 or equal but in spelling, dots, a
  /// member of a kind that isn't read, one behind another's end.
  private static let kinds = """
    long=$(printf d%.0s $(seq 90))/longer-than-a-hundred-bytes
    mkdir $(dirname $long) l m; printf A > $long.png; printf long > $long.txt
    printf L > l/a.png; ln l/a.png l/b.png; ln -s a.png l/c.png; ln -s none.png l/d.png; for k in a b c d; do echo $k > l/$k.txt; done
    for k in $(printf 'caf\\xe9') $(printf 'caf\\xe8'); do printf x > m/$k.jpg; printf $k | od -A n -t x1 > m/$k.txt; done
    printf N > m/$(printf 'e\\xcc\\x81').png; printf nfc > m/$(printf '\\xc3\\xa9').txt
    printf 1 > m/v1.5.jpg; printf 1 > m/v1.5.txt; printf t > m/lonely.txt; printf p > m/lone.png; printf 3 > m/lone.cls
    printf p > m/two.png; printf j > m/two.jpg; printf two > m/two.txt; printf '{"caption": "j"}' > m/two.json
    truncate -s 300000 s.png; printf S | dd of=s.png bs=1 seek=200000 conv=notrunc status=none; printf sparse > s.txt
    truncate -s 200000 m/large.png; printf large > m/large.txt; truncate -s 3M m/hole.txt; printf h > m/hole.png
    tar -S --format=gnu -cf 1.tar $long.png $long.txt l s.png s.txt
    tar -S --format=pax -cf 2.tar m s.png s.txt $long.png $long.txt
    (cat 1.tar; tar -c m; yes | head -c 700) > 3.tar
    """

  @Test(arguments: [ReadingOptions.Needs.both, .pictures, .texts])
  func `what an index says is what a scan finds`(needs: ReadingOptions.Needs) throws {
    let folder = try TemporaryFolder()
    let made = try run("bash", ["-ec", "cd \"$1\"; " + Self.kinds, "bash", folder.path])
    try #require(made.status == 0, "\(made.stderr)")
    let paths = (1...3).map { "\(folder.path)/\($0).tar" }
    var options = ReadingOptions()
    options.needs = needs
    options.limits.pictureBytes = 250_000
    let builds = Builds()
    // A file in the index's place: nothing can be written there.
    try folder.write(".diagonal", [])
    let scanned = try account(of: try openPairs(paths, options, builds.keeping))
    #expect(builds.taken() == 3 && scanned.count > 20)
    try FileManager.default.removeItem(atPath: "\(folder.path)/.diagonal")
    #expect(try account(of: try openPairs(paths, options, builds.keeping)) == scanned)
    #expect(builds.taken() == 3)
    #expect(try account(of: try openPairs(paths, options, builds.keeping)) == scanned)
    #expect(builds.taken() == 0)
    #expect(try account(of: try openPairs([folder.path], options, builds.keeping)).contains(scanned.last ?? "?"))
    #expect(builds.taken() == 0)
  }

  /// A hole stands for the bytes of a picture of 3 TiB.
  @Test func `members that are larger than any, and what lies behind them, are found again`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.tar("rest.tar", [("a.txt", [65]), ("b.png", [2]), ("b.txt", [66]), ("c.txt", [67]), ("c.png", [3])])
    let made = try run(
      "bash",
      [
        "-ec",
        """
        cd "$1"; truncate -s 3T a.png; (tar -cf - a.png || true) | head -c 512 > a.tar; rm a.png
        truncate -s $(((3 << 40) + 512)) a.tar; cat rest.tar >> a.tar
        """, "bash", folder.path,
      ])
    try #require(made.status == 0, "\(made.stderr)")
    let builds = Builds()
    let built = try openPairs(["\(folder.path)/a.tar"], ReadingOptions(), builds.keeping)
    let indexed = try openPairs(["\(folder.path)/a.tar"], ReadingOptions(), builds.keeping)
    #expect(builds.taken() == 1)
    #expect(try account(of: indexed) == account(of: built))
    #expect(throws: Flaw.pictureBytes(3 << 40, most: 64 << 20)) { try indexed.pair(at: 0) }
    #expect(try [1, 2].map { try indexed.pair(at: $0).image } == [[2], [3]])
    #expect(indexed.location(of: 1).byte == (3 << 40) + 512 + 1024)
  }

  @Test func `only shards that changed are indexed again`() throws {
    let folder = try TemporaryFolder()
    let paths = try shards(["a.tar", "b.tar", "c.tar"], in: folder)
    let builds = Builds()
    _ = try openPairs(paths, ReadingOptions(), builds.keeping)
    #expect(builds.taken() == 3)
    let index = contents(indexPath("a.tar", in: folder))
    _ = try folder.tar("b.tar", [("n.png", [9]), ("n.txt", Array("new".utf8))])
    let source = try openPairs(paths, ReadingOptions(), builds.keeping)
    #expect(builds.taken() == 1)
    #expect(source.shardRanges == [0..<2, 2..<3, 3..<5])
    #expect(try source.pair(at: 2).captions == ["new"])
    #expect(contents(indexPath("a.tar", in: folder)) == index)
    // Of the same size, at another time.
    #expect(try run("touch", ["-d", "2001-01-01", paths[2]]).status == 0)
    _ = try openPairs(paths, ReadingOptions(), builds.keeping)
    #expect(builds.taken() == 1)
    // Another's, under its name.
    let other = indexPath("b.tar", in: folder)
    try Data(index ?? []).write(to: URL(fileURLWithPath: other))
    #expect(try openPairs(paths, ReadingOptions(), builds.keeping).pair(at: 2).captions == ["new"])
    #expect(builds.taken() == 1)
  }

  @Test func `a damaged index is built again, wherever the damage is`() throws {
    let folder = try TemporaryFolder()
    let paths = try shards(["a.tar"], in: folder)
    let builds = Builds()
    let whole = try account(of: try openPairs(paths, ReadingOptions(), builds.keeping))
    let path = indexPath("a.tar", in: folder)
    let index = try #require(contents(path))
    let flipped = index.indices.map { place in
      var bytes = index
      bytes[place] ^= 1 << UInt8(place % 8)
      return bytes
    }
    for damaged in flipped + [[], Array(index.dropLast()), index + [0], Array(index.prefix(30))] {
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      #expect(try account(of: try openPairs(paths, ReadingOptions(), builds.keeping)) == whole)
      #expect(contents(path) == index)
    }
    // Amid the reading, and what was never an index.
    let source = try openPairs(paths, ReadingOptions(), builds.keeping)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try account(of: source) == whole)
  }

  /// Whether they can lock or not: a folder in the lock's place is none.
  @Test(arguments: [true, false])
  func `several that build at once have the same`(locks: Bool) throws {
    let folder = try TemporaryFolder()
    let names = (10..<30).map { "\($0).tar" }
    let paths = try shards(names, in: folder)
    let indexes = "\(folder.path)/.diagonal"
    try FileManager.default.createDirectory(
      atPath: locks ? indexes : "\(indexes)/lock", withIntermediateDirectories: true)
    if locks { try folder.write(".diagonal/.tmp-index-1-2-10.tar.both.index", "of one that died") }
    let builds = Builds()
    let found = Mutex<[[String]]>([])
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      let own = (try? account(of: try openPairs(paths, ReadingOptions(), builds.keeping))) ?? []
      found.withLock { $0.append(own) }
    }
    let first = try account(of: try openPairs(paths, ReadingOptions(), builds.keeping))
    #expect(found.withLock { $0 } == Array(repeating: first, count: 4))
    let files = try FileManager.default.contentsOfDirectory(atPath: indexes)
    #expect(Set(files) == Set(names.map { "\($0).both.index" } + ["lock"]))
  }

  @Test func `where shards can't be written beside, the cache has their indexes`() throws {
    let folder = try TemporaryFolder()
    let cache = try TemporaryFolder()
    let paths = try shards(["a.tar", "b.tar"], in: folder)
    try folder.write(".diagonal", [])
    let builds = Builds()
    var keeping = builds.keeping
    keeping.cache = "\(cache.path)/diagonal"
    let built = try account(of: try openPairs(paths, ReadingOptions(), keeping))
    #expect(builds.taken() == 2)
    #expect(try account(of: try openPairs(paths, ReadingOptions(), keeping)) == built)
    #expect(builds.taken() == 0)
    // Nor there: shards are scanned, and read all the same.
    try FileManager.default.removeItem(atPath: "\(cache.path)/diagonal")
    try cache.write("diagonal", [])
    #expect(try account(of: try openPairs(paths, ReadingOptions(), keeping)) == built)
    #expect(builds.taken() == 2)
  }

  @Test func `an index moves with its shards`() throws {
    let folder = try TemporaryFolder()
    _ = try shards(["a.tar"], in: folder)
    let builds = Builds()
    let place = "\(folder.path)/a.tar"
    let whole = try account(of: try openPairs([place], ReadingOptions(), builds.keeping))
    let moved = try TemporaryFolder()
    #expect(try run("cp", ["-a", "\(folder.path)/.", moved.path]).status == 0)
    _ = builds.taken()
    let other = try account(of: try openPairs(["\(moved.path)/a.tar"], ReadingOptions(), builds.keeping))
    #expect(builds.taken() == 0 && other.last == whole.last)
  }

  /// Another caption, another name of the picture, another size: each as long in the tar as what was there.
  @Test(
    arguments: [("b.png", [2], "a rat"), ("b.jpg", [2], "a cat"), ("b.png", [2, 2], "a cat")]
      as [(String, [UInt8], String)])
  func `an edit that restores size and time is noticed where it is read`(
    picture: String, bytes: [UInt8], caption: String
  ) throws {
    let folder = try TemporaryFolder()
    func write(_ picture: String, _ bytes: [UInt8], _ caption: String) throws -> String {
      try folder.tar("a.tar", [("a.png", [1]), ("a.txt", [65]), (picture, bytes), ("b.txt", Array(caption.utf8))])
    }
    let path = try write("b.png", [2], "a cat")
    let before = try openPairs([path])
    #expect(try run("cp", ["-p", path, "\(path).old"]).status == 0)
    _ = try write(picture, bytes, caption)
    #expect(try run("touch", ["-r", "\(path).old", path]).status == 0)
    let after = try openPairs([path])
    for source in [before, after] {
      #expect(try source.pair(at: 0).captions == ["A"])
    }
    for source in [before, after] {
      #expect(throws: ShardError.edited(path: path, record: "b")) { try source.pair(at: 1) }
    }
    // What the message advises: start again.
    let pair = try openPairs([path]).pair(at: 1)
    #expect(pair.image == bytes && pair.captions == [caption])
  }

  @Test func `ranges of samples that lie in one shard follow the order of the sources`() throws {
    let folder = try TemporaryFolder()
    let paths = try shards(["a.tar", "b.tar"], in: folder)
    try folder.write("t.csv", "filepath,title\nx.png,one\ny.png,two\n")
    let empty = try folder.tar("e.tar", [("x.png", [1])])
    let source = try openPairs([paths[0], "\(folder.path)/t.csv", empty, paths[1]])
    #expect(source.shardRanges == [0..<2, 2..<4, 4..<6])
  }

  @Test func `indexes are written ahead for whoever reads the shards`() throws {
    let folder = try TemporaryFolder()
    let paths = try shards(["a.tar", "b.tar"], in: folder)
    try writeIndex(of: paths)
    let builds = Builds()
    _ = try openPairs(paths, ReadingOptions(), builds.keeping)
    #expect(builds.taken() == 0)
    #expect(throws: ShardError.missing(path: "\(folder.path)/none.tar")) {
      try writeIndex(of: [paths[0], "\(folder.path)/none.tar"])
    }
  }
}
