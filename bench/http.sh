#!/bin/bash
# giaoban over HTTP beside nginx with static files of the same bytes (P12), scoreboards that arrive at a fixed rate
# (P13), and a report approved until it is read in the country's total (P6).
#
#     bench/http.sh BUILD FOLDER TABLE [SIZE]    writes a section of docs/performance.md to TABLE
#
# SIZE: small, province (default) or country of bench/peers/country.h; it is loaded into a folder and served on loopback
# addresses. Whatever is started here is ended here.
set -euo pipefail
build=$1 work=$2 table=$3 size=${4:-province}
port=${PORT:-18097} nginx_port=$((${PORT:-18097} + 1)) rounds=${ROUNDS:-5}
# The connections of the turn before have to be gone, since one address may have only so many.
ask() { sleep 0.3; "$build/bench/bench_http" "$@"; }
giaoban() { "$build/giaoban" "$@" --data "$work/http/giaoban" --lang en </dev/null; }
started=()
trap 'for p in "${started[@]}"; do kill "$p" 2>/dev/null || true; done' EXIT
middle() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
column() { awk -v c="$2" '{ print $c }' "$work/http/$1" | middle; }

mkdir -p "$work/http"
"$build/bench/bench_peers" "$size" "$work/http" /dev/null --folder
for login in reader approver; do
  giaoban user password $login | grep -oE '[a-z0-9]{4}(-[a-z0-9]{4}){3}' >"$work/http/$login.password"
done
giaoban import indicator-details "$work/http/followed.csv" >/dev/null
printf 'key,value\npages.keep_mb,256\n' >"$work/http/keep.csv"
printf 'key,value\npages.keep_mb,0\n' >"$work/http/anew.csv"
giaoban import settings "$work/http/keep.csv" >/dev/null

t0=$(date +%s%N)
"$build/giaoban" serve --data "$work/http/giaoban" --port "$port" >"$work/serve.log" 2>&1 &
server=$!
started+=("$server")
for i in $(seq 500); do
  curl -fs "http://127.0.0.1:$port/healthz" >/dev/null && break
  sleep 0.01
  [ "$i" -lt 500 ] || { echo "giaoban does not answer"; exit 1; }
done
start_ms=$((($(date +%s%N) - t0) / 1000000))
sign_in() {
  curl -fs -o /dev/null -c "$work/jar" -H "Origin: http://127.0.0.1:$port" --data-urlencode "login=$1" \
    --data-urlencode "password=$(cat "$work/http/$1.password")" --data "csrf=&next=/" "http://127.0.0.1:$port/sign-in"
  awk '/gb_session/ { print $6 "=" $7 }' "$work/jar"
}
cookie=$(sign_in reader) approver=$(sign_in approver)
resident() { awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status"; }
while curl -fs "http://127.0.0.1:$port/healthz" | grep -q warm; do sleep 0.2; done # until the columns are in memory

# What nginx serves: for every kind one answer as it is now.
names=(healthz p1 p2 page)
says=("\`/healthz\`" "P1: one indicator, one month, all children of the country, JSON" \
  "P2: all indicators of a unit, last year beside, JSON" "scoreboard, 40 targets, HTML")
mkdir -p "$work/www"
echo /healthz >"$work/http/healthz"
cp "$work/http/pages" "$work/http/page"
fetch() { curl -fs -H "Cookie: $cookie" "http://127.0.0.1:$port$(head -1 "$work/http/$1")" >"$work/www/$1.html"; }
with_nginx=$(command -v nginx || true)
if [ -n "$with_nginx" ]; then
  for n in healthz p1 p2; do fetch $n; done
  chmod -R a+rX "$work"
  cat >"$work/nginx.conf" <<CONF
daemon off; master_process on; pid $work/nginx.pid; error_log $work/nginx.err; worker_processes 2;
events { worker_connections 512; }
http { access_log $work/nginx.access combined buffer=64k; sendfile on; tcp_nopush on; open_file_cache max=100; keepalive_requests 100000000;
  types { text/html html; } server { listen 127.0.0.1:$nginx_port; root $work/www; } }
CONF
  nginx -c "$work/nginx.conf" -e "$work/nginx.err" 2>>"$work/nginx.err" &
  started+=($!)
  for i in $(seq 100); do
    curl -fs "http://127.0.0.1:$nginx_port/healthz.html" >/dev/null && break
    sleep 0.05
    [ "$i" -lt 100 ] || { echo "nginx does not answer:"; cat "$work/nginx.err"; exit 1; }
  done
fi
workers() { pgrep -P "$(cat "$work/nginx.pid")" | paste -sd,; }

# One kind of answer in turns: giaoban, nginx, giaoban ...
beside() {
  ask "$port" "@$work/http/$1" "$cookie" 16 0.5 >/dev/null
  for r in $(seq "$rounds"); do
    ask -p "$server" "$port" "@$work/http/$1" "$cookie" 16 1 >>"$work/http/own.$1"
    [ -z "$with_nginx" ] || ask -p "$(workers)" "$nginx_port" "/$1.html" "" 16 1 >>"$work/http/nginx.$1"
  done
}
for n in healthz p1 p2; do beside $n; done

# Scoreboards with their targets alone: nothing is followed besides.
giaoban import indicator-details "$work/http/unfollowed.csv" >/dev/null
[ -z "$with_nginx" ] || { fetch page; chmod a+r "$work/www/page.html"; }
beside page
for r in $(seq "$rounds"); do
  ask -p "$server" "$port" "@$work/http/pages" "$cookie" 48 1 2000 >>"$work/http/open.2000"
done
ask -a "$work/http/approve" "$port" "$approver" "$work/http" >"$work/http/approved"
resident=$(resident)
# The same pages made anew for each request.
giaoban import settings "$work/http/anew.csv" >/dev/null
for r in $(seq "$rounds"); do
  ask -p "$server" "$port" "@$work/http/pages" "$cookie" 48 1 200 >>"$work/http/open.200"
done
{
  echo
  echo "### Over HTTP: the $size loaded, one account, 16 connections"
  echo
  echo "Started and answering after $start_ms ms; $resident MB resident at the end, with $(wc -l <"$work/http/pages") scoreboards kept. $rounds rounds"
  echo "of a second each; medians. nginx serves a static file of the same bytes, with two processes and its log on; giaoban"
  echo "looks up the session, checks the right and asks whether what it keeps still holds. Units and indicators are asked for"
  echo "in turn. Microseconds are of a processor, of the server alone."
  echo
  echo "| answer | giaoban, per second | 99 of 100 within | us each | nginx, per second | us each | giaoban / nginx |"
  echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
  for i in "${!names[@]}"; do
    n=${names[$i]}
    other=- each=- ratio=-
    if [ -n "$with_nginx" ]; then
      other=$(column "nginx.$n" 1) each=$(column "nginx.$n" 6)
      ratio=$(echo "$(column "own.$n" 1) $other" | awk '{ printf "%.2f", $1 / $2 }')
    fi
    echo "| ${says[$i]}, $(column "own.$n" 2) bytes | $(column "own.$n" 1) | $(column "own.$n" 4) ms | $(column "own.$n" 6) | $other | $each | $ratio |"
  done
  echo
  echo "P13, 2,000 scoreboards of 40 targets arriving each second, $(wc -l <"$work/http/pages") units in turn: $(column open.2000 1) a second answered," \
    "half within $(column open.2000 3) ms, 99 of 100 within $(column open.2000 4) ms, $(column open.2000 6) us of a processor each" \
    "(waiting for a free connection counts). Made anew for each request (pages.keep_mb 0), 200 arriving each second: half within" \
    "$(column open.200 3) ms, 99 of 100 within $(column open.200 4) ms, $(column open.200 6) us of a processor each."
  echo
  awk '{ printf "P6, a report of 40 figures approved over HTTP until it is read in the country'"'"'s total, durable: %d us, %.2f times a bare 4 KB write with fdatasync (%d us), medians of %d.\n", $1, $1 / $2, $2, $3 }' "$work/http/approved"
} >"$table"
cat "$table"
