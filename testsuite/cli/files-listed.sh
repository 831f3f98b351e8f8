# SPDX-License-Identifier: GPL-2.0-or-later
# Each file of the sources is in one of Makefile.am's lists, and so in an installation.
cd "$SRCDIR" || exit 1
missing=$(find translator kernel runtime tapset -type f \
	\( -name '*.[chly]' -o -name '*.def' -o -name '*.stp' -o -name Kbuild -o -name '*.mk' \) \
	! -name '*.mod.c' ! -name '.*' ! -name 'grammar.[ch]' ! -name lexer.c ! -name '*compat_config.h' |
	while read -r file; do
		grep -qE "(^|[[:space:]])$file( |\$)" Makefile.am || printf '%s ' "$file"
	done)
if [ -z "$missing" ]; then
	echo "PASS: every source file is in Makefile.am"
else
	echo "FAIL: every source file is in Makefile.am; not $missing"
fi
