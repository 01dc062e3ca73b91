# CometBFT, which the replicated node runs: functions for ./dev.  Installs into build/tools, and nowhere else.
# shellcheck shell=bash

cometbft_version=v0.38.25
go_min=1.22.11
go_toolchain=go1.22.12  # For machines whose go is older, such as Debian 12's 1.19.

# go_is_new GO: whether this program is a go of at least go_min.
go_is_new() {
    local found
    found=$("$1" env GOVERSION 2>/dev/null) || return 1
    printf '%s\n%s\n' "go$go_min" "$found" | sort -V -C
}

# go_from_proxy GO DIR: fetches the toolchain with an older go, as a module, and unpacks it into DIR.
go_from_proxy() {
    local go=$1 dir=$2 arch module zip
    arch=$("$go" env GOHOSTARCH) || return 1
    module=golang.org/toolchain@v0.0.1-$go_toolchain.linux-$arch
    # An older go neither knows the checksum database's rule for toolchains nor asks it; the proxy's word is checked by
    # TLS, and by sum.golang.org where go does ask it.
    zip=$(cd / && GOFLAGS=-mod=mod GO111MODULE=on "$go" mod download -json "$module" |
        python3 -c 'import json, sys; print(json.load(sys.stdin).get("Zip", ""))') || return 1
    [ -n "$zip" ] || return 1
    rm -rf "$dir.new" && mkdir -p "$dir.new" || return 1
    python3 - "$zip" "$dir.new" <<'PY' || return 1
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for entry in archive.infolist():
        name = entry.filename.split("/", 2)[2]  # Behind golang.org/toolchain@VERSION/.
        path = os.path.join(sys.argv[2], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(archive.read(entry))
        if name.startswith(("bin/", "pkg/tool/")):
            os.chmod(path, 0o755)
PY
    rm -rf "$dir" && mv "$dir.new" "$dir"
}

# find_go: prints the path of a go that is new enough, fetching one where there is none.
find_go() {
    local candidate old
    for candidate in build/tools/go/bin/go "$(command -v go)" /usr/local/go/bin/go /usr/lib/go-1.2[2-9]/bin/go; do
        if [ -x "$candidate" ] && go_is_new "$candidate"; then
            realpath "$candidate"
            return 0
        fi
    done
    if ! command -v go >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends golang-go >/dev/null 2>&1
    fi
    old=$(command -v go || true)
    [ -n "$old" ] || return 1
    go_from_proxy "$old" "$PWD/build/tools/go" >&2 || return 1
    go_is_new build/tools/go/bin/go && realpath build/tools/go/bin/go
}

# need_cometbft: build/tools/bin/cometbft is there afterwards; else 1, after saying so loudly.  Run from the top of the
# tree.  GOPROXY and GOFLAGS are respected.
need_cometbft() {
    local bin=build/tools/bin go log=build/tools/cometbft.log
    if [ -x "$bin/cometbft" ] && [ "v$("$bin/cometbft" version 2>/dev/null)" = "$cometbft_version" ]; then return 0; fi
    mkdir -p "$bin"
    if ! go=$(find_go); then
        printf '%s\n' "*** COMETBFT IS NOT INSTALLED: no go of at least $go_min can be had; the tests of the replicated node" \
            "*** do not run.  Install go, or put cometbft $cometbft_version into $bin." >&2
        return 1
    fi
    printf '==> installing cometbft %s, once\n' "$cometbft_version"
    if ! GOBIN="$PWD/$bin" GOTOOLCHAIN=local "$go" install \
        "github.com/cometbft/cometbft/cmd/cometbft@$cometbft_version" >"$log" 2>&1; then
        tail -5 "$log" >&2
        printf '%s\n' "*** COMETBFT IS NOT INSTALLED: it could not be fetched or built; all of it is in $log.  The tests of" \
            "*** the replicated node do not run." >&2
        return 1
    fi
}
