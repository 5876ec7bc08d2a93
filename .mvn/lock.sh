# shellcheck shell=sh
# A lock between processes that is a folder: mkdir either makes it or fails, on every file system and without flock.
# The folder holds "host pid" of its owner, so that a lock whose owner died can be told from one in use.
# Sourced by wsktrace and verify, which define say.

# take_lock FOLDER WHAT: waits until the lock is ours. Release it with rm -rf FOLDER, in a trap.
take_lock() {
    lock_told=
    lock_tries=0
    until mkdir "$1" 2>/dev/null; do
        if [ ! -d "$1" ]; then
            # Released this very moment, or this folder can't be written.
            lock_tries=$((lock_tries + 1))
            [ $lock_tries -lt 20 ] && continue
            say "can't make the folder $1, so $2 is not possible; is the disk full or read-only?"
            return 1
        fi
        if lock_is_stale "$1"; then
            break_lock "$1"
            continue
        fi
        [ -n "$lock_told" ] || say "waiting for another process that is busy with $2 (if there is none, remove $1)"
        lock_told=yes
        sleep 1
    done
    echo "$(uname -n) $$" >"$1/owner"
}

# An owner on another machine, or one that has not written its name yet, counts as alive.
lock_is_stale() {
    lock_host=
    read -r lock_host lock_pid 2>/dev/null <"$1/owner" || return 1
    [ "$lock_host" = "$(uname -n)" ] || return 1
    # kill -0 also fails for a process of another user; /proc and ps see those.
    ! kill -0 "$lock_pid" 2>/dev/null && [ ! -d "/proc/$lock_pid" ] && ! ps -p "$lock_pid" >/dev/null 2>&1
}

# Two processes may find the same dead owner. The mark inside the lock goes to one of them, and only while the mark is
# held is the owner looked at again: the lock may have been broken and taken by someone alive in between.
break_lock() {
    mkdir "$1/breaking" 2>/dev/null || return 0
    if lock_is_stale "$1"; then rm -rf "$1"; else rmdir "$1/breaking" 2>/dev/null; fi
}
