#!/bin/bash
# giaoban over HTTP beside nginx with a static file of the same bytes, and a scoreboard at a fixed rate.
#
#     bench/http.sh BUILD FOLDER TABLE     writes a section of docs/performance.md to TABLE
#
# Serves the demonstration on loopback addresses. Whatever is started here is ended here.
set -euo pipefail
build=$1 work=$2 table=$3
port=${PORT:-18097} nginx_port=$((${PORT:-18097} + 1)) rounds=${ROUNDS:-5}
ask() { "$build/bench/bench_http" "$@"; }
started=()
trap 'for p in "${started[@]}"; do kill "$p" 2>/dev/null || true; done' EXIT

login=lanhdao.328
"$build/giaoban" init "$work/demo" --demo >/dev/null
password=$("$build/giaoban" --data "$work/demo" user password $login </dev/null | grep -oE '[a-z0-9]{4}(-[a-z0-9]{4}){3}')
t0=$(date +%s%N)
"$build/giaoban" serve --data "$work/demo" --port "$port" >"$work/serve.log" 2>&1 &
server=$!
started+=("$server")
for i in $(seq 500); do
  curl -fs "http://127.0.0.1:$port/healthz" >/dev/null && break
  sleep 0.01
  [ "$i" -lt 500 ] || { echo "giaoban does not answer"; exit 1; }
done
start_ms=$((($(date +%s%N) - t0) / 1000000))
curl -fs -o /dev/null -c "$work/jar" -H "Origin: http://127.0.0.1:$port" --data-urlencode "login=$login" \
  --data-urlencode "password=$password" --data "csrf=&next=/" "http://127.0.0.1:$port/sign-in"
cookie=$(awk '/gb_session/ { print $6 "=" $7 }' "$work/jar")
resident() { awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status"; }

pages=(/healthz /units /scoreboard)
if command -v nginx >/dev/null; then
  mkdir -p "$work/www"
  for p in "${pages[@]}"; do
    curl -fs -H "Cookie: $cookie" "http://127.0.0.1:$port$p" >"$work/www$p.html"
  done
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
    curl -fs "http://127.0.0.1:$nginx_port/units.html" >/dev/null && break
    sleep 0.05
    [ "$i" -lt 100 ] || { echo "nginx does not answer:"; cat "$work/nginx.err"; exit 1; }
  done
fi

middle() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for r in $(seq "$rounds"); do
  for p in "${pages[@]}"; do
    ask "$port" "$p" "$cookie" 16 1 >>"$work/own$(echo "$p" | tr / .)"
    [ ! -d "$work/www" ] || ask "$nginx_port" "$p.html" "" 16 1 >>"$work/nginx$(echo "$p" | tr / .)"
  done
  ask "$port" /scoreboard "$cookie" 64 1 2000 >>"$work/open.2000" || true
  ask "$port" /scoreboard "$cookie" 64 1 200 >>"$work/open.200" || true
done
{
  echo
  echo "### Over HTTP: the demonstration, one account, 16 connections"
  echo
  echo "Started and answering after $start_ms ms; $(resident) MB resident. $rounds rounds of a second each; medians. nginx serves a"
  echo "static file of the same bytes, with two processes and its log on; giaoban looks up the session, checks the right,"
  echo "asks the engine and writes the page anew each time."
  echo
  echo "| page | giaoban, per second | 99 of 100 within | nginx, per second | giaoban / nginx |"
  echo "| --- | ---: | ---: | ---: | ---: |"
  for p in "${pages[@]}"; do
    own=$(awk '{ print $1 }' "$work/own$(echo "$p" | tr / .)" | middle)
    late=$(awk '{ print $4 }' "$work/own$(echo "$p" | tr / .)" | middle)
    bytes=$(awk 'END { print $2 }' "$work/own$(echo "$p" | tr / .)")
    other=$([ -d "$work/www" ] && awk '{ print $1 }' "$work/nginx$(echo "$p" | tr / .)" | middle || echo "-")
    echo "| \`$p\`, $bytes bytes | $own | $late ms | $other | $([ "$other" = - ] && echo - || echo "$own $other" | awk '{ printf "%.2f", $1 / $2 }') |"
  done
  echo
  for rate in 200 2000; do
    echo "P13, scoreboards arriving at $rate a second on 64 connections: $(awk '{ print $1 }' "$work/open.$rate" | middle) a second answered," \
      "half within $(awk '{ print $3 }' "$work/open.$rate" | middle) ms, 99 of 100 within $(awk '{ print $4 }' "$work/open.$rate" | middle) ms" \
      "(waiting for a free connection counts)."
  done
} >"$table"
cat "$table"
