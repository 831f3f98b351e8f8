# SPDX-License-Identifier: GPL-2.0-or-later
# What pass 4 says when something that it needs is not there. The tags:
# [kernel-headers] [no-compiler] [cache] [kernel-build] [compile] [installation] [output]
script='probe begin { exit() }'

# check NAME TAG COMMAND...: fails with that one tag and nothing on stdout
check() {
	name=$1 tag=$2
	shift 2
	"$@" > out 2> err
	status=$?
	if [ "$status" = 1 ] && [ ! -s out ] && grep -q "error: .*\[$tag\]\$" err &&
	   [ "$(grep -c 'error: .*\[[a-z-]*\]$' err)" = 1 ]; then
		echo "PASS: $name"
	else
		echo "FAIL: $name (status $status): $(head -3 err | tr '\n' ' ')"
	fi
}

run() {
	"$WATCHTAP" -p 4 "$@"
}

check "no headers" kernel-headers run -r 9.9.9 -e "$script"
grep -q linux-headers-9.9.9 err || echo "FAIL: no headers: the package is not named"

# a PATH with nothing but what a shell script takes
mkdir bin
for program in sh make ld cat; do
	ln -s "$(command -v $program)" bin/
done
check "no compiler" no-compiler env PATH="$PWD/bin" "$WATCHTAP" -p 4 -r "$RELEASE" -e "$script"
rm bin/make
for program in /usr/bin/gcc-[0-9]* /usr/bin/x86_64-linux-gnu-gcc-[0-9]*; do
	[ ! -x "$program" ] || ln -sf "$program" bin/
done
check "no make" no-compiler env PATH="$PWD/bin" "$WATCHTAP" -p 4 -r "$RELEASE" -e "$script"

# not even root can write there
check "cache cannot be made" cache env WATCHTAP_CACHE=/proc/watchtap-test "$WATCHTAP" -p 4 -r "$RELEASE" -e "$script"
mkdir -m 777 others
check "cache that anyone can write to" cache env WATCHTAP_CACHE="$PWD/others" "$WATCHTAP" -p 4 -r "$RELEASE" -e "$script"

# a kernel build folder that builds nothing
mkdir -p fake/include/config
echo 'CONFIG_CC_VERSION_TEXT="gcc"' > fake/include/config/auto.conf
echo fake > fake/include/config/kernel.release
printf 'modules:\n\t@echo "broken.c:1:1: error: nothing works"; exit 1\n' > fake/Makefile
check "kernel that does not take the runtime" kernel-build env WATCHTAP_CACHE="$PWD/cache" \
	"$WATCHTAP" -p 4 -r "$PWD/fake" -e "$script"
grep -q 'nothing works' err || echo "FAIL: the compiler's message is not shown"
[ -z "$(find cache -mindepth 1 ! -name '*.lock')" ] || echo "FAIL: a failed build left something in the cache"

# a compiler that takes everything but a script
mkdir wrap
for program in /usr/bin/gcc-[0-9]* /usr/bin/x86_64-linux-gnu-gcc-[0-9]*; do
	[ -x "$program" ] || continue
	cat > "wrap/${program##*/}" << WRAPPER
#!/bin/sh
case "\$*" in
*/tmp.*/script.c*)	echo "FILE.stp:3:4: error: not today" >&2; exit 1 ;;
esac
exec $program "\$@"
WRAPPER
	chmod +x "wrap/${program##*/}"
done
check "compiler that refuses the script" compile env PATH="$PWD/wrap:$PATH" WATCHTAP_CACHE="$PWD/cache" \
	"$WATCHTAP" -p 4 -r "$RELEASE" -e "$script"
grep -q '^    FILE.stp:3:4: error: not today' err || echo "FAIL: the compiler's message is not shown as it is"

mkdir taken.ko
check "module file that cannot be written" output run -r "$RELEASE" -m taken -e "$script"
[ "$(find . -name '.taken*')" = "" ] || echo "FAIL: a failed copy left its part"

if [ "$(id -u)" = 0 ] && mkdir full && mount -t tmpfs -o size=600k none full 2> /dev/null; then
	check "full disk" cache env WATCHTAP_CACHE="$PWD/full/cache" "$WATCHTAP" -p 4 -r "$RELEASE" -e "$script"
	grep -q 'No space left' err || echo "FAIL: full disk: not named"
	umount full
else
	echo "UNSUPPORTED: full disk: takes root"
fi

# a program whose own files are gone, as after an installation half removed
elsewhere=$(mktemp -d)
cp "$WATCHTAP" "$elsewhere/watchtap"
if "$elsewhere/watchtap" -p 4 -r "$RELEASE" -e "$script" > out 2> err; then
	echo "UNSUPPORTED: installation: watchtap is installed here"
elif [ "$(grep -c '\[installation\]$' err)" = 1 ]; then
	echo "PASS: installation"
else
	echo "FAIL: installation: $(head -2 err | tr '\n' ' ')"
fi
rm -r "$elsewhere"
