// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole module as one translation unit.  The kernel's headers cost most of
 * a second for each file that includes them, and the first script on a machine
 * waits for this build; and the path of a hit, which crosses files, is
 * compiled as a whole.  In the order of main.c's list.
 */
#define pr_fmt(fmt) "watchtap_slots: " fmt

#include "slots.h"

#include "arch/x86.c"
#include "lock.c"
#include "gate.c"
#include "policy.c"
#include "tell.c"
#include "decide.c"
#include "record.c"
#include "plan.c"
#include "open.c"
#include "backend.c"
#include "broadcast.c"
#include "modify.c"
#include "proof.c"
#include "reserve.c"
#include "check.c"
#include "request.c"
#include "outside.c"
#include "tend.c"
#include "aim.c"
#include "claim.c"
#include "hotplug.c"
#include "suspend.c"
#include "show.c"
#include "procfs.c"
#include "main.c"
