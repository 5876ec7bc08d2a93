# shellcheck shell=sh disable=SC2154 # root comes from the sourcing script
# Builds the collector when its sources are newer than what was built. Sourced by wsktrace and verify, which define say
# and root (the checkout), and source lock.sh; JAVA_HOME must be set.

built=$root/collector/target
jar=$built/wsktrace-collector.jar

# Says nothing when there is nothing to do. Status 5: the build failed, and its output was shown.
ensure_built() {
    build_is_fresh && return
    if [ -f "$jar" ] && [ ! -w "$built" ]; then
        say "the sources are newer than what was built, but this checkout is read-only: running what was built."
        return
    fi
    if [ ! -w "$root/collector" ]; then
        say "nothing is built yet and $root is read-only; copy the checkout to a folder that can be written."
        return 5
    fi
    locked_build build_quietly
}

# The mark is as old as the start of the last good build, so that a file saved during a build counts as newer. It is
# not the jar, because Maven leaves a jar alone whose content would be the same.
build_is_fresh() {
    [ -f "$jar" ] && [ -f "$built/mark" ] || return 1
    newer=$(find "$root/pom.xml" "$root/schema" "$root/collector/pom.xml" "$root/collector/src" \
        "$root/collector/samples" "$root/docs/rules" \
        -name target -prune -o -newer "$built/mark" -print 2>/dev/null | head -n 1)
    [ -z "$newer" ]
}

# locked_build COMMAND...: runs a command that builds, one at a time for this checkout.
locked_build() (
    mkdir -p "$built" "$root/schema/target" && take_lock "$built/.lock" "building $root" || exit 5
    trap 'rm -rf "$built/.lock" "$built/mark.new"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    : >"$built/mark.new"
    "$@" || exit
    mv "$built/mark.new" "$built/mark"
)

build_quietly() {
    # Whoever had the lock before us may have built it.
    if build_is_fresh; then
        touch -r "$built/mark" "$built/mark.new"
        return
    fi
    say "building; the first time this downloads libraries and takes some minutes."
    maven -q -pl collector -am -Dmaven.test.skip=true package >"$built/build.log" 2>&1 && return
    cat "$built/build.log" >&2
    say "the build failed, see above; without a network it can't download what it needs."
    return 5
}

# Maven on the JDK of JAVA_HOME: the installed one if it is new enough, else the wrapper, which downloads it.
maven() {
    maven_version=$(mvn -B -v 2>/dev/null </dev/null | sed -n 's/.*Apache Maven \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
    maven_major=${maven_version% *}
    maven_minor=${maven_version#* }
    cd "$root" || return
    if [ "${maven_major:-0}" -gt 3 ] || { [ "${maven_major:-0}" -eq 3 ] && [ "$maven_minor" -ge 8 ]; }; then
        mvn -B -ntp "$@" </dev/null
    else
        sh ./mvnw -B -ntp "$@" </dev/null
    fi
}
