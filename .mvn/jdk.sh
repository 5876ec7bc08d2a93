# shellcheck shell=sh disable=SC2015,SC2030,SC2031 # jdk_download is a subshell and everything it calls runs in it
# Finds the JDK that builds and runs wsktrace. Sourced by wsktrace and verify, which define say and source lock.sh.
#
# find_jdk sets JAVA_HOME to a JDK 25 or newer, from the first of: JAVA_HOME, java on PATH, the usual places, the cache
# folder, a download of Temurin 25 if that is allowed. Otherwise it says in one sentence what to do and exits with 4.
#
#   WSKTRACE_GET_JDK     1: download without asking; 0: never; unset: ask when a person is at the terminal
#   WSKTRACE_JDK_PLACES  folders that hold JDKs, separated by ':', looked through instead of the usual places
#   WSKTRACE_JDK_URL     a mirror of https://api.adoptium.net
#   XDG_CACHE_HOME       the download is kept in wsktrace/ there (default ~/.cache)

jdk_wanted=25
jdk_page="https://adoptium.net/temurin/releases/?version=$jdk_wanted"

no_jdk() {
    say "no JDK $jdk_wanted: $1"
    exit 4
}

find_jdk() {
    jdk_cache=
    [ -z "${XDG_CACHE_HOME:-${HOME-}}" ] || jdk_cache=${XDG_CACHE_HOME:-$HOME/.cache}/wsktrace
    if ! jdk_is_enough "${JAVA_HOME-}"; then
        JAVA_HOME=$(jdk_on_path)
        jdk_is_enough "$JAVA_HOME" || JAVA_HOME=$(jdk_installed)
        [ -n "$JAVA_HOME" ] || JAVA_HOME=$(jdk_download) || exit
    fi
    export JAVA_HOME
}

jdk_is_enough() {
    jdk_found=$(jdk_release "$1")
    [ "${jdk_found:-0}" -ge "$jdk_wanted" ]
}

# The feature release of the JDK in folder $1 (25, or 1 for Java 8 and older); nothing where there is none. A Java
# without a compiler does not count: it could not build.
jdk_release() {
    [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
    jdk_text=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$1/release" 2>/dev/null)
    [ -n "$jdk_text" ] ||
        jdk_text=$("$1/bin/java" -version 2>&1 </dev/null | sed -n 's/.* version "\([^"]*\)".*/\1/p')
    printf '%s\n' "${jdk_text%%[!0-9]*}"
}

# The home of the java on PATH. Where that is a shim (sdkman, jenv, macOS), Java itself says where it lives.
jdk_on_path() {
    jdk_java=$(command -v java) || return 0
    jdk_home=$(readlink -f "$jdk_java" 2>/dev/null)
    jdk_home=${jdk_home%/bin/java}
    [ -x "$jdk_home/bin/javac" ] ||
        jdk_home=$("$jdk_java" -XshowSettings:properties -version 2>&1 </dev/null | sed -n 's/^ *java\.home = //p')
    printf '%s\n' "$jdk_home"
}

# The first JDK 25 in the usual places and the cache, or else the first newer one: 25 is what the build is tested with.
jdk_installed() {
    jdk_own=${HOME-}
    jdk_places=$jdk_own/.sdkman/candidates/java:$jdk_own/.jdks:$jdk_own/.asdf/installs/java
    jdk_places=$jdk_places:$jdk_own/.local/share/mise/installs/java:$jdk_own/Library/Java/JavaVirtualMachines
    jdk_places=$jdk_places:/usr/lib/jvm:/usr/java:/usr/local:/opt:/opt/java:/Library/Java/JavaVirtualMachines
    jdk_rest=${WSKTRACE_JDK_PLACES-$jdk_places}:$jdk_cache:
    jdk_newer=
    while [ -n "$jdk_rest" ]; do
        jdk_place=${jdk_rest%%:*}
        jdk_rest=${jdk_rest#*:}
        [ -n "$jdk_place" ] || continue
        for jdk_home in "$jdk_place"/* "$jdk_place"/*/Contents/Home; do
            jdk_is_enough "$jdk_home" || continue
            if [ "$jdk_found" -eq "$jdk_wanted" ]; then
                printf '%s\n' "$jdk_home"
                return
            fi
            [ -n "$jdk_newer" ] || jdk_newer=$jdk_home
        done
    done
    printf '%s\n' "$jdk_newer"
}

# Prints the home of a freshly downloaded Temurin. Nothing is unpacked before its SHA-256 is that of the publisher's
# answer, and the cache folder gets the JDK by one rename: a failed or interrupted download leaves nothing behind.
jdk_download() (
    jdk_platform
    command -v curl >/dev/null || command -v wget >/dev/null ||
        no_jdk "install one ($jdk_page) and set JAVA_HOME to it, or install curl so that wsktrace can download it."
    [ -n "$(printf '' | sha256)" ] ||
        no_jdk "install one ($jdk_page) and set JAVA_HOME to it; a download can't be checked without sha256sum."
    jdk_allowed ||
        no_jdk "install one ($jdk_page) and set JAVA_HOME to it, or set WSKTRACE_GET_JDK=1 to download Temurin $jdk_wanted."
    [ -n "$jdk_cache" ] ||
        no_jdk "neither HOME nor XDG_CACHE_HOME is set, so there is no place for a download; set one of them."
    mkdir -p "$jdk_cache" 2>/dev/null && [ -w "$jdk_cache" ] ||
        no_jdk "can't write to $jdk_cache for the download; set XDG_CACHE_HOME to a folder that can be written."

    take_lock "$jdk_cache/.lock" "downloading a JDK" || exit 4
    jdk_temp=$jdk_cache/.download
    trap 'rm -rf "$jdk_temp" "$jdk_cache/.lock"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # Whoever had the lock before us may have brought the JDK.
    jdk_home=$(jdk_installed)
    if [ -n "$jdk_home" ]; then
        printf '%s\n' "$jdk_home"
        exit
    fi
    rm -rf "$jdk_temp"
    mkdir -p "$jdk_temp/unpacked"

    jdk_query="architecture=$jdk_arch&heap_size=normal&image_type=jdk&os=$jdk_os&vendor=eclipse"
    jdk_fetch "${WSKTRACE_JDK_URL:-https://api.adoptium.net}/v3/assets/latest/$jdk_wanted/hotspot?$jdk_query" answer
    # "package" is the archive; an "installer" beside it has the same fields. Neither has braces inside.
    jdk_package=$(tr -d '\r\n' <"$jdk_temp/answer" | sed -n 's/.*"package"[^{]*{\([^}]*\)}.*/\1/p')
    jdk_sum=$(jdk_field checksum | tr 'A-F' 'a-f')
    jdk_link=$(jdk_field link)
    jdk_bad=
    case $jdk_sum in *[!0-9a-f]*) jdk_bad=yes ;; esac
    case $jdk_link in https://* | http://*) ;; *) jdk_bad=yes ;; esac
    [ ${#jdk_sum} -eq 64 ] && [ -z "$jdk_bad" ] ||
        no_jdk "the publisher's answer names no archive for $jdk_os $jdk_arch; install one ($jdk_page) and set JAVA_HOME."

    say "downloading $jdk_link"
    jdk_fetch "$jdk_link" archive
    [ "$(sha256 <"$jdk_temp/archive")" = "$jdk_sum" ] ||
        no_jdk "the download is damaged (its SHA-256 is not the publisher's) and was thrown away; try again."
    tar -xzof "$jdk_temp/archive" -C "$jdk_temp/unpacked" 2>/dev/null ||
        no_jdk "can't unpack the download in $jdk_cache; is the disk full?"
    for jdk_home in "$jdk_temp"/unpacked/* "$jdk_temp"/unpacked/*/Contents/Home; do
        jdk_is_enough "$jdk_home" && "$jdk_home/bin/java" -version >/dev/null 2>&1 </dev/null || continue
        jdk_inside=${jdk_home#"$jdk_temp/unpacked/"}
        jdk_name=${jdk_inside%%/*}
        rm -rf "${jdk_cache:?}/$jdk_name"
        mv "$jdk_temp/unpacked/$jdk_name" "$jdk_cache/$jdk_name" || no_jdk "can't write to $jdk_cache."
        printf '%s\n' "$jdk_cache/$jdk_inside"
        exit
    done
    no_jdk "the downloaded one does not run on this machine; install one ($jdk_page) and set JAVA_HOME to it."
)

# Sets jdk_os and jdk_arch to the publisher's names for this machine.
jdk_platform() {
    jdk_os=
    jdk_arch=
    case $(uname -s) in
        Linux) if [ -f /etc/alpine-release ]; then jdk_os=alpine-linux; else jdk_os=linux; fi ;;
        Darwin) jdk_os=mac ;;
    esac
    case $(uname -m) in
        x86_64 | amd64) jdk_arch=x64 ;;
        aarch64 | arm64) jdk_arch=aarch64 ;;
    esac
    [ -n "$jdk_os" ] && [ -n "$jdk_arch" ] ||
        no_jdk "install one ($jdk_page) and set JAVA_HOME to it; there is no download for $(uname -s) $(uname -m)."
}

jdk_allowed() {
    case ${WSKTRACE_GET_JDK-} in
        1) return 0 ;;
        '') [ -t 0 ] && [ -t 2 ] || return 1 ;;
        *) return 1 ;;
    esac
    printf 'wsktrace needs a JDK %s and finds none. Download Temurin %s (about 150 MB) into %s? [y/N] ' \
        "$jdk_wanted" "$jdk_wanted" "$jdk_cache" >&2
    read -r jdk_reply
    case $jdk_reply in [yY]*) ;; *) return 1 ;; esac
}

# jdk_fetch URL NAME: downloads to $jdk_temp/NAME. A transfer that stalls for a minute has failed.
jdk_fetch() {
    if command -v curl >/dev/null; then
        jdk_show=-sS
        jdk_errors=$jdk_temp/errors
        if [ "$2" = archive ] && [ -t 2 ]; then
            jdk_show=--progress-bar
            jdk_errors=/dev/stderr
        fi
        case $1 in https:*) jdk_proto='=https' ;; *) jdk_proto='=http,https' ;; esac
        curl -fL "$jdk_show" --proto "$jdk_proto" --proto-redir "$jdk_proto" --connect-timeout 30 \
            --speed-time 60 --speed-limit 1 -o "$jdk_temp/$2" "$1" </dev/null 2>"$jdk_errors"
    else
        wget -q -T 60 -O "$jdk_temp/$2" "$1" </dev/null 2>"$jdk_temp/errors"
    fi && return
    jdk_reason=$(sed -n '$p' "$jdk_temp/errors" 2>/dev/null)
    no_jdk "can't download $1${jdk_reason:+ ($jdk_reason)}; try again, or install one ($jdk_page) and set JAVA_HOME to it."
}

jdk_field() {
    printf '%s\n' "$jdk_package" | sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p'
}

# The SHA-256 of stdin in lower-case hex; nothing where no program can tell.
sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum
    elif command -v shasum >/dev/null; then
        shasum -a 256
    elif command -v openssl >/dev/null; then
        openssl dgst -sha256 -r
    fi | cut -c1-64
}
