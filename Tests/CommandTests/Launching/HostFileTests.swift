import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// What `launch/hosts` makes of a host file, by a stand-in for mpirun that prints the one it is given.
  struct HostFileTests {
    @Test func `a host file is read in every form that mpirun and people write`() throws {
      let text = "a slots = 2\r\n# none\r\nb:3\n\n[fe80::1]:4\nfe80::2 max_slots=9 slots=08\nc\rd slots=2"
      let result = try launched(text)
      try requireSuccess(result)
      #expect(result.stdout == "a slots=2\nb slots=3\nfe80::1 slots=4\nfe80::2 slots=8\nc slots=1\nd slots=2\n")
      #expect(result.stderr.contains("-np 20 "), "\(result.stderr)")
    }

    @Test(arguments: ["a slots=x", "a slots:4", "a Slots=2", "a: 2", "a slots=-1", "a slots=2 b"])
    func `what isn't understood is refused`(_ line: String) throws {
      expectRefusal(try launched("b\n" + line + "\n"), exit: 2, "isn't understood; a line is a host, and slots=16")
    }

    @Test(arguments: ["-oProxyCommand=x slots=1", "a;b", "$(reboot)", "a:x"])
    func `what is no host's name is refused`(_ line: String) throws {
      expectRefusal(try launched(line + "\n"), exit: 2, "is no host's name")
    }

    @Test func `a file without hosts is refused`() throws {
      expectRefusal(try launched("# none\n"), exit: 2, "names no host")
    }

    private func launched(_ text: String) throws -> ProcessResult {
      try temporaryDirectory { directory in
        let mpirun = """
          #!/usr/bin/env bash
          echo "$@" >&2
          while [[ $1 != --hostfile ]]; do shift; done
          cat "$2"

          """
        try Data(mpirun.utf8).write(to: URL(fileURLWithPath: "\(directory)/mpirun"))
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/hosts"))
        return try bash(
          #"chmod +x "$1/mpirun"; PATH=$1:$PATH "$2/launch/hosts" "$1/hosts" true"#, [directory, repository])
      }
    }
  }
}
