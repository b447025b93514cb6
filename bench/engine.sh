#!/bin/bash
# The roll-up alone, size by size: how its cost grows as the work grows (bench/engine.c).
#
#     bench/engine.sh BUILD TABLE SIZE...    writes a section of docs/performance.md to TABLE
#
# SIZE: town, province, country, leaves, ten (three rounds there; 3 GB of memory and some minutes). Time of its own
# thread, so that others at work hardly count. Up to a country every figure and total is compared with a plain scan.
set -euo pipefail
build=$1 table=$2
shift 2
out=$(mktemp -d "${TMPDIR:-/var/tmp}/giaoban-engine-XXXXXX")
trap 'rm -rf "$out"' EXIT

for size in "$@"; do
  case $size in
  leaves | ten) options=("${ROUNDS:-3}" 1 --no-verify) ;;
  *) options=("${ROUNDS:-5}") ;;
  esac
  nice -n 5 "$build/bench/bench_engine" "$size" "${options[@]}" >"$out/$size"
done

# Medians of all sizes side by side: a line of the program's own table is name, three numbers, unit, goal.
side_by_side() {
  awk -v sizes="$*" '
    BEGIN {
      n = split(sizes, size, " ")
      for (i = 1; i <= n; i++) {
        file = ARGV[i]
        while ((getline line < file) > 0) {
          if (match(line, /[0-9.]+ MB, [0-9.]+ MB per million/)) {
            split(substr(line, RSTART, RLENGTH), w, " ")
            megabytes[i] = w[1]; million[i] = w[3]
          } else if (match(line, /, [0-9.]+ million figures/)) {
            split(substr(line, RSTART + 2), w, " ")
            figures[i] = w[1]
          } else if (length(line) > 76 && substr(line, 46, 30) ~ /[0-9]/ && line !~ /^work/) {
            name = substr(line, 1, 44); sub(/ +$/, "", name)
            split(substr(line, 45), w, " ")
            if (!(name in known)) { known[name] = 1; order[++lines] = name }
            value[name, i] = w[1] " " w[4]
            goal = substr(line, 78); sub(/^ *[a-z]+ */, "", goal)
            goals[name] = goal
          }
        }
      }
      head = "| work |"; rule = "| --- |"
      for (i = 1; i <= n; i++) { head = head " " size[i] " |"; rule = rule " ---: |" }
      print head " goal |"; print rule " --- |"
      print row("million figures", figures) " |"
      print row("MB of memory", megabytes) " |"
      print row("MB per million figures", million) " <= 4 |"
      for (l = 1; l <= lines; l++) {
        for (i = 1; i <= n; i++) one[i] = value[order[l], i]
        print row(order[l], one) " " goals[order[l]] " |"
      }
      exit
    }
    function row(name, v,    i, s) {
      sub(/^ +/, "", name)
      s = "| " name " |"
      for (i = 1; i <= n; i++) s = s " " v[i] " |"
      return s
    }' "${@/#/$out/}"
}

{
  echo
  echo "### The roll-up alone, size by size"
  echo
  echo "\`bench_engine SIZE\`, medians; one indicator in six is a ratio; reports come in between the rounds; time of the"
  echo "thread alone. town: 1 + 4 + 13 units, 60 indicators, 36 months; province: 1 + 12 + 168, 300, 120; country: 1 + 34 +"
  echo "3,321, 300, 120; leaves: 100,000 units under the communes of a country, 12 months, one figure in thirty; ten: ten countries under"
  echo "one top."
  echo
  side_by_side "$@"
  for size in "$@"; do
    case $size in
    country | leaves | ten)
      echo
      echo '```'
      cat "$out/$size"
      echo '```'
      ;;
    esac
  done
} >"$table"
cat "$table"
