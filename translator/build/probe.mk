# SPDX-License-Identifier: GPL-2.0-or-later
#
# Finds out what this kernel has, by compiling. For a Kbuild file:
#
#	probed := slots.o arch/x86.o	# objects that include the answers
#	probe-config := compat/compat_config.h	# the file with the answers; this if left out
#	include $(src)/../translator/build/probe.mk
#
# compat/probes.c, next to that Kbuild file, has one function per question;
# before each a line directive that names it:
#
#	#line 1 "probe:HAVE_HRTIMER_SETUP"
#	static void probe_hrtimer_setup(struct hrtimer *t) { hrtimer_setup(t, NULL, 0, 0); }
#
# All are compiled at once, with the kernel's own flags, and nothing is
# generated. A name without an error becomes `#define HAVE_... 1` in the
# config file, which is made before the probed objects. An error in a place
# that has no such name fails the build.

wt-probe := $(src)/../translator/build/probe.sh

probe-config ?= compat/compat_config.h

$(obj)/$(probe-config): $(src)/compat/probes.c $(wt-probe)
	@mkdir -p $(@D)
	$(Q)$(CONFIG_SHELL) $(wt-probe) $< $@ $(CC) $(filter-out -Wp$(comma)-M%,$(c_flags))

$(addprefix $(obj)/,$(probed)): $(obj)/$(probe-config)
clean-files += $(probe-config)
