# SPDX-License-Identifier: GPL-2.0-or-later
#
# A client that goes without destroying its claims: the arbiter does it, says
# so, and the registers are free again.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat /proc/watchtap/slots; dmesg; fi
}
claims() {
	grep -c '(wt_leaver)' /proc/watchtap/slots
}
warnings() {
	dmesg | grep -c 'watchtap_slots: left of "wt_leaver" was left behind by module wt_leaver'
}

insmod "$SLOTS"
insmod "$MODULES/wt_leaver.ko" && [ "$(claims)" = 6 ] && dmesg | grep -q 'wt_leaver: 4 hits'
say $? "its claims are there"
rmmod wt_leaver && [ "$(claims)" = 0 ] && [ "$(warnings)" = 6 ]
say $? "when it goes they go, with a warning each"

insmod "$MODULES/wt_leaver.ko" fail=1 2> out
[ $? != 0 ] && [ "$(claims)" = 0 ] && [ "$(warnings)" = 12 ]
say $? "the same if its init function fails"

insmod "$MODULES/wt_leaver.ko" && [ "$(grep -c ' armed ' /proc/watchtap/slots)" = 4 ]
say $? "the registers are free again"
rmmod wt_leaver && rmmod watchtap_slots
say $? "nothing is held"
