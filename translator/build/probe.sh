#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# probe.sh PROBES.c CONFIG.h COMPILER FLAGS...: see probe.mk
set -eu

probes=$1 config=$2
shift 2

# Which calls are errors must not depend on the kernel's configuration; only
# errors answer a probe, so warnings stay warnings.
errors=$("$@" -Wno-error -Werror=implicit-function-declaration -Werror=implicit-int \
	-Werror=incompatible-pointer-types -Werror=int-conversion \
	-fmax-errors=0 -fno-diagnostics-show-caret -fdiagnostics-color=never \
	-fsyntax-only "$probes" 2>&1 | grep -E ': (fatal )?error: ' || :)

other=$(printf '%s\n' "$errors" | grep -v -e '^probe:HAVE_' -e '^$' || :)
if [ -n "$other" ]; then
	printf '%s\n' "$other" >&2
	exit 1
fi

{
	echo "/* Made by probe.sh from compat/probes.c: what this kernel has. */"
	sed -n 's/^#line 1 "probe:\(HAVE_[A-Z0-9_]*\)"$/\1/p' "$probes" |
	while read -r name; do
		case "$errors" in
		*"probe:$name:"*)	echo "/* $name: no */" ;;
		*)			echo "#define $name 1" ;;
		esac
	done
} > "$config.part"
mv "$config.part" "$config"
