import ArgumentParser
import Collectives
import Threading

/// Lets a process that gets no thread advise what its command has.
func adviseFewerThreads(_ command: any ParsableCommand) {
  let kind = type(of: command)
  adviseFewer {
    var words = kind is TrainCommand.Type ? ["workers", "data.loader_threads"] : []
    if words.isEmpty, MPICommunicator.isLaunched { words.append("workers") }
    // What --help tells of is what there is.
    if kind.helpMessage().contains("--threads <") { words.append("--threads") }
    return words.isEmpty ? nil : words.joined(separator: " or ")
  }
}
