# What the launchers share; sourced, not run. Each sets `tool`, its name, before.
# shellcheck shell=bash disable=SC2154

fail() { echo "$tool: $*" >&2; exit 2; }

# The comment at the top of the launcher is its help.
help() { sed -n '2,/^[^#]/ { s/^# \{0,1\}//p }' "${self:-$0}"; exit 0; }

# Prints the number that an option was given, without zeros before it.
whole() {
  [[ $2 =~ ^0*([0-9]{1,9})$ ]] || fail "$1 $2: a whole number below 1,000,000,000 is needed"
  echo "${BASH_REMATCH[1]}"
}

# Cores that this process may use. lscpu counts the machine's, nproc the hardware threads allowed: no more than OpenMP's
# settings say, which are about one worker.
count_cores() {
  local cores allowed
  cores=$(lscpu -p=SOCKET,CORE 2>/dev/null | grep -v '^#' | sort -u | wc -l)
  allowed=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)
  echo $((cores > 0 && cores < allowed ? cores : allowed))
}

# mpirun refuses root, for whom a slip costs more, unless told; in a container root is all there is.
root_flags() {
  if [[ $(id -u) -eq 0 ]]; then
    echo "$tool: running as root (mpirun --allow-run-as-root)" >&2
    echo --allow-run-as-root
  fi
}

# What ends a command with its launcher, if the launcher is killed.
tether=()
! command -v setpriv >/dev/null || tether=(setpriv --pdeathsig TERM)

# mpirun keeps its files, and what workers share, in TMPDIR and /dev/shm. Where it can't, it hangs, or tells of something else.
# $1: how many workers there are on this host.
require_room() {
  require_place "${OMPI_MCA_orte_tmpdir_base:-${TMPDIR:-/tmp}}" 4 "set TMPDIR to a directory that has it"
  # Of each worker what vader's segment is, where it isn't kept out.
  local btl="${OMPI_MCA_btl:-} ${DIAGONAL_MPIRUN:-}"
  [[ ! -d /dev/shm || ($btl =~ btl[[:space:]]+[^^] || ${OMPI_MCA_btl:-^} != ^*) && $btl != *vader* ]] || require_place /dev/shm $((4 * $1)) "free some, or give a container more (--shm-size)"
}
require_place() {
  local place=$1 megabytes=$2 probe problem free
  if probe=$(mktemp -p "$place" diagonal-room-XXXXXX 2>&1); then
    problem=$( (head -c 1M /dev/zero >"$probe") 2>&1) && problem=
    rm -f "$probe"
    free=$(df --output=avail -B1M "$place" 2>/dev/null | tail -n 1 | tr -dc 0-9) || free=
    if [[ $problem || ${free:-$megabytes} -lt $megabytes ]]; then problem="it has no room for $megabytes MB"; fi
  else
    problem="nothing can be made in it (${probe##*: })"
  fi
  [[ -z $problem ]] || fail "$place: $problem, which mpirun's workers need: $3"
}

# Makes a folder for mpirun's files, which goes with the launcher. In the one that Open MPI has for all launches of a user, a
# launch that ends removes what another is about to use.
own_folder() { mktemp -d -p "${OMPI_MCA_orte_tmpdir_base:-${TMPDIR:-/tmp}}" diagonal-mpi-XXXXXX; }

# --restarts goes on from the run's own newest checkpoint, so the run must be one that does.
require_resumable() {
  local previous=
  for word in "$@"; do
    if [[ $previous == --resume && $word != auto || $word == --resume=* && $word != --resume=auto ]]; then
      fail "--restarts goes on from the newest checkpoint of --out; leave out --resume"
    fi
    previous=$word
  done
}

# The largest divisor of $1 that is at most $2. It divides the run's lanes and batch if $1 does.
fewer() {
  local n=$(($2 < $1 ? $2 : $1))
  while ((n > 1 && $1 % n)); do n=$((n - 1)); done
  echo "$n"
}

# What ends a command at once. mpirun and srun take TERM so; a launcher of these takes QUIT.
at_once=TERM

# Runs a command to its end, and passes requests to stop on to it. mpirun would kill its workers a second after a TERM or
# an INT; USR1 it passes on, and they save. So TERM, INT and HUP become USR1 the first time, and `at_once` the second. `ending`
# holds the first that came.
child() {
  local pid status interrupted requests=0
  # In a process group of its own, so that the terminal's INT comes here alone. From the background it can't read a terminal.
  set -m
  if [[ -t 0 ]]; then "$@" </dev/null & else "$@" <&0 & fi
  pid=$!
  set +m
  trap 'pass USR1' USR1 USR2
  local name
  for name in TERM INT HUP; do
    # shellcheck disable=SC2064  # the name as it is now
    trap "ask $name" "$name"
  done
  trap 'ending=QUIT; pass "$at_once"' QUIT
  # A signal ends the wait and not the command.
  while true; do
    interrupted=
    status=0
    wait "$pid" || status=$?
    [[ $interrupted ]] || break
  done
  trap - USR1 USR2 TERM INT HUP QUIT
  # As shells say it of what a signal ended, whatever mpirun makes of it.
  if ((requests > 1)); then status=$([[ $ending == INT ]] && echo 130 || echo 143); fi
  if [[ $ending == QUIT ]]; then status=131; fi
  return "$status"
}
pass() {
  ending=${ending:-$1}
  interrupted=1
  kill -s "$1" "$pid" 2>/dev/null || true
}
ask() {
  ending=${ending:-$1}
  requests=$((requests + 1))
  if ((requests == 1)); then pass USR1; else pass "$at_once"; fi
}

# Starts the launcher's `start N COMMAND…`, and again when it fails, at most $1 times in all after the first. Before each
# restart `workers_left N` sets `left` to how many workers there can be; 0 ends it. Usage errors (2), a stop after saving
# (75) and requests to end are final.
with_restarts() {
  local restarts=$1 workers=$2 attempt=0 status left
  ending=
  shift 2
  while true; do
    status=0
    child start "$workers" "$@" || status=$?
    case $status in 0 | 2 | 75 | 130 | 131 | 143) return "$status" ;; esac
    [[ -z $ending ]] || return "$status"
    if ((attempt == restarts)); then
      ((restarts == 0)) || echo "$tool: failed with exit $status, and $restarts restarts are used up" >&2
      return "$status"
    fi
    attempt=$((attempt + 1))
    workers_left "$workers"
    if ((left == 0)); then
      echo "$tool: failed with exit $status, and no host is left" >&2
      return "$status"
    fi
    workers=$left
    echo "$tool: failed with exit $status; restart $attempt of $restarts on $workers workers," \
      "from the newest whole checkpoint" >&2
  done
}
