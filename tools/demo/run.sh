#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev demo: a brand with a past, served. Invents 榕间 Rongjian (or takes --data FILE --mapping FILE), imports it through
# the API, serves it with the page at /, and asks the server three things so that their answers can be seen.
#
# What was imported is kept under build/demo and used again while generator, programme, formats, arguments and day
# are the same; an interrupted import goes on where it stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
banyan=${BANYAN_BUILD:-$PWD/build/release}/bin/banyan
root=${BANYAN_DEMO:-build/demo} # where brands are kept
once=no port=8080 members=50000 data='' mapping=''
today=$(TZ=Asia/Shanghai date +%F)

usage() {
    cat <<'TEXT'
Usage: ./dev demo [--once] [--port N] [--members N] [--data FILE --mapping FILE]

  --once       stop after the address, the key and the three answers
  --port N     listen there (default 8080, or a free port when that is taken)
  --members N  how many members the invented brand has (default 50000)
  --data FILE --mapping FILE   import this export (.xz is unpacked) instead of the invented brand
TEXT
}

die() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

while (($#)); do
    case $1 in
        --once) once=yes ;;
        --port | --members | --data | --mapping)
            [[ $# -gt 1 ]] || die "$1 needs a value"
            declare "${1#--}=$2"
            shift
            ;;
        -h | --help) usage && exit ;;
        *) usage >&2 && die "unknown argument '$1'" ;;
    esac
    shift
done
[[ -z $data && -z $mapping || -n $data && -n $mapping ]] || die "--data and --mapping belong together"
[[ -z $data || -r $data && -r $mapping ]] || die "cannot read $data or $mapping"
[[ -x $banyan ]] || die "$banyan is not built: run ./dev demo"

# --- where it lives: one directory for each set of inputs --------------------------------------------------------

fingerprint() { sha256sum | cut -c1-12; }
if [[ -n $data ]]; then
    home=$root/data-$(cat "$data" "$mapping" presets/starter.yaml <("$banyan" version) | fingerprint)
else
    home=$root/rongjian-$today-$(cat tools/demo/generate.py presets/starter.yaml <(echo "$members") <("$banyan" version) | fingerprint)
fi
mkdir -p "$home"
# Brands invented on earlier days are no longer asked for; each is half a gigabyte.
for old in "$root"/rongjian-*; do
    [[ $old == "$root"/rongjian-"$today"-* ]] || rm -rf "$old"
done
log=$home/serve.log

# --- stop what was started here, by its id, however this ends ----------------------------------------------------

server=''
stop() {
    [[ -n $server ]] || return 0
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=''
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

serve() {
    if taken "$port"; then
        echo "demo: port $port is taken; taking a free one" >&2
        port=0
    fi
    : >"$log"
    "$banyan" serve --data "$home/brand" --listen "127.0.0.1:$port" "$@" >>"$log" 2>&1 &
    server=$!
    until address=$(grep -om1 'http://127\.0\.0\.1:[0-9]*' "$log"); do
        kill -0 "$server" 2>/dev/null || die "the server did not start: $(tail -n 5 "$log")"
        sleep 0.1
    done
    until curl -fsS -o /dev/null "$address/readyz" 2>/dev/null; do
        kill -0 "$server" 2>/dev/null || die "the server stopped: $(tail -n 5 "$log")"
        sleep 0.2
    done
}

# --- the inputs --------------------------------------------------------------------------------------------------

brand_options=(--programme "$home/programme.yaml")
if [[ -n $data ]]; then
    cp "$mapping" "$home/mapping.yaml"
    cp presets/starter.yaml "$home/programme.yaml"
    # The brand's money and days are those of its export.
    currency=$(sed -n 's/^ *currency: *\([A-Z]\{3\}\).*/\1/p' "$mapping" | head -n 1)
    zone=$(sed -n 's/^ *zone: *\([A-Za-z_\/]*\).*/\1/p' "$mapping" | head -n 1)
    [[ -z $currency ]] || brand_options+=(--currency "$currency")
    [[ -z $zone ]] || brand_options+=(--zone "$zone")
    input=$data
    if [[ $data == *.xz ]]; then
        input=$home/$(basename "${data%.xz}")
        [[ -s $input ]] || { xz -dc "$data" >"$input.part" && mv "$input.part" "$input"; }
    fi
    import_options=(--mapping "$home/mapping.yaml" --notes "$home/notes.ndjson" --state "$home/import-state")
else
    # Only names: the rules are the starter programme's.
    sed -e 's/^programme: .*/programme: rongjian/' \
        -e 's/^names: .*/names: {zh: 榕间会员（模拟）, en: Rongjian Members (simulated)}/' \
        presets/starter.yaml >"$home/programme.yaml"
    input=$home/input/events.ndjson
    if [[ ! -f $home/input/manifest.json ]]; then
        echo "demo: inventing 榕间 Rongjian: $members members, two years, all of it simulated" >&2
        python3 tools/demo/generate.py --out "$home/input" --members "$members" --until "$today" --merged >"$home/generated.log"
    fi
    import_options=(--notes "$home/notes.ndjson" --state "$home/import-state")
fi

# --- the brand ---------------------------------------------------------------------------------------------------

if [[ ! -s $home/operator.key ]]; then
    # Kept beside the demo's data so that the next start prints the same key; a real brand keeps none.
    (umask 077 && "$banyan" key create --data "$home/brand" --scopes all --label demo >"$home/operator.key")
fi
key=$(<"$home/operator.key")
serve "${brand_options[@]}"
if [[ ! -f $home/imported ]]; then
    echo "demo: importing through the API, under history's own clock" >&2
    "$banyan" import --server "$address" --key "$key" --history "${import_options[@]}" \
        --report "$home/report.json" "$input" >&2
    touch "$home/imported"
fi

# --- what it answers ---------------------------------------------------------------------------------------------

show() { # show PATH [BODY]: the curl line as one would type it, and what the server says to it now
    local answer
    if [[ $# -eq 1 ]]; then
        printf "\n\$ curl -H \"Authorization: Bearer \$KEY\" '%s%s'\n" "$address" "$1"
        answer=$(curl -fsS -H "Authorization: Bearer $key" "$address$1")
    else
        printf "\n\$ curl -H \"Authorization: Bearer \$KEY\" -H 'Content-Type: application/json' %s%s \\\\\n    -d '%s'\n" \
            "$address" "$1" "$2"
        answer=$(curl -fsS -H "Authorization: Bearer $key" -H 'Content-Type: application/json' "$address$1" -d "$2")
    fi
    printf '%s\n' "$answer"
    last=$answer
}

printf '\nready: %s\n\noperator key, to enter on the page:\nKEY=%s\n' "$address" "$key"
if [[ -n $data ]]; then
    show /v1/ledger/totals
    show '/v1/members?limit=1'
    member=$(sed 's/.*"members":\["\([^"]*\)".*/\1/' <<<"$last")
    show "/v1/members/$member/timeline?limit=1"
else
    # Somebody who bought lately, found in the input: the openid of its last order through the mini-program.
    openid=$(tail -n 3000 "$input" | sed -n 's/.*"type":"order.paid".*"kind":"openid","id":"\([^"]*\)".*/\1/p' | tail -n 1)
    [[ -n $openid ]] || die "no order in the last lines of $input"
    who='{"kind":"openid","id":"'$openid'"}'
    show /v1/members/search '{"identity":'"$who"'}'
    member=$(sed 's/.*"id":"\([^"]*\)".*/\1/' <<<"$last")
    show /v1/events '{"type":"order.paid","id":"demo-1","source":"demo","member":'"$who"',"order":{"id":"demo-1","channel":"miniprogram","currency":"CNY","lines":[{"id":"1","sku":"C-002","category":"coffee","quantity":2,"amount":"48.00"}]}}'
    show "/v1/members/$member/timeline?limit=1"
fi
[[ $once == no ]] || exit 0
printf '\nServing %s until Ctrl-C.\n' "$address"
wait "$server"
