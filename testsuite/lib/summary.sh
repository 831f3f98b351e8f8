#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# summary.sh WATCHTAP.sum STATUS: counts DejaGnu's results into one line. STATUS
# is what the run of the tests ended with. What DejaGnu would let pass counts as
# failed here: an ERROR of its own, a run that broke off or ended with an error
# without saying which, a run without tests.
sum=$1 status=$2

if [ ! -f "$sum" ]; then
	echo "the tests did not run"
	echo "0 passed, 1 failed"
	exit 1
fi

awk -v status="$status" '
/^PASS: /	{ passed++ }
# an expected failure is none, and no success either
/^(UNSUPPORTED|UNTESTED|XFAIL|KFAIL): / { skipped++; print }
/^(FAIL|XPASS|KPASS|UNRESOLVED): / { failed++; print }
# several lines for one error, of which most come with an UNRESOLVED
/^ERROR: /	{ errors++; print }
/^\t\t=== watchtap Summary ===/ { ended = 1 }
END {
	if (!ended) {
		print "the run of the tests broke off"
		failed++
	}
	if (errors && !failed)
		failed++
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
}' "$sum"
