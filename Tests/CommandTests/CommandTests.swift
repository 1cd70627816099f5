import Testing

/// Tests of the `diagonal` executable itself, one at a time: several workers each would fight for the cores.
@Suite(.serialized) struct CommandTests {}

/// Tests of how workers are started, and of what becomes of them when one fails, is stopped, killed or cut off. One at a
/// time, but beside `CommandTests`: they wait for more than they compute.
@Suite(.serialized) struct LaunchTests {}
