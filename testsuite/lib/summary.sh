#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# summary.sh WATCHTAP.sum WATCHTAP.log STATUS: counts DejaGnu's results into
# one line. STATUS is what the run of the tests ended with. What DejaGnu would
# let pass counts as failed here: an ERROR of its own, a run that broke off or
# ended with an error without saying which, a run without tests.
sum=$1 log=$2 status=$3

if [ ! -f "$sum" ]; then
	echo "the tests did not run"
	echo "0 passed, 1 failed"
	exit 1
fi

awk -v status="$status" '
FNR == 1		{ file++ }
file == 1 && /^PASS: /	{ passed++ }
# an expected failure is none, and no success either
file == 1 && /^(UNSUPPORTED|UNTESTED|XFAIL|KFAIL): / { skipped++; print }
file == 1 && /^(FAIL|XPASS|KPASS|UNRESOLVED): / { failed++; print }
file == 1 && /^\t\t=== watchtap Summary ===/ { ended = 1 }
file == 2 && /^ERROR: /	{ failed++; print }
END {
	if (!ended) {
		print "the run of the tests broke off"
		failed++
	}
	if (!passed && !failed) {
		print "no test was run"
		failed++
	}
	if (status != 0 && !failed) {
		print "the run of the tests ended with status " status
		failed++
	}
	printf "%d passed, %d failed", passed, failed
	if (skipped)
		printf ", %d skipped", skipped
	print ""
	exit failed > 0
}' "$sum" "$log"
