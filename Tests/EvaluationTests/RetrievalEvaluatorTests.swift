import Evaluation
import Testing

@Test func `ranks come to recalls, median and mean`() {
  let summary = RankSummary(ranks: [11, 1, 6, 2], candidates: 20)
  #expect(summary.recallAt1 == 0.25 && summary.recallAt5 == 0.5 && summary.recallAt10 == 0.75)
  #expect(summary.medianRank == 2 && summary.meanRank == 5 && summary.queries == 4 && summary.candidates == 20)
}

@Test func `a caption of several pictures is one text, correct for all of them`() {
  var captions = DistinctCaptions()
  for own in [["a", "b"], ["a"], ["c", "b", "c"]] { captions.add(own) }
  #expect(captions.texts == ["a", "b", "c"])
  #expect(captions.ofPicture == [[0, 1], [0], [2, 1]])
  #expect(captions.pictures == [[0, 1], [0, 2], [2]])
}
