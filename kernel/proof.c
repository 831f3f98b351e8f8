// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A register that is granted is proven: some hypervisors accept a watch and
 * never fire.  So whenever a register is taken each CPU writes the word on
 * which its register is parked, and must trap.
 */
#include "slots.h"

/* What the last proof showed, for people.  (M) */
static const char *wts_proof = "not tried: no register was free";

/* Provokes a trap on this CPU.  info is the register.  Interrupts off. */
static void wts_provoke(void *info)
{
	struct wts_cpu *me = this_cpu_ptr(&wts_cpu);
	struct wts_register *reg = &me->reg[(unsigned long)info];
	unsigned long before = READ_ONCE(me->proofs);

	WRITE_ONCE(reg->parking, before);
	/* The trap is synchronous, but the compiler does not know of it. */
	barrier();
	me->proven = READ_ONCE(me->proofs) != before;
}

/* Does a register, taken and parked, fire on every CPU?  Kworker; sleeps not. */
static bool wts_prove(unsigned int slot)
{
	unsigned int cpu;

	lockdep_assert_held(&wts_mutex);
	on_each_cpu_mask(&wts_cpus, wts_provoke, (void *)(unsigned long)slot, true);
	for_each_cpu(cpu, &wts_cpus)
		if (!per_cpu(wts_cpu, cpu).proven) {
			wts_proof = "no: they accept a watch and do not fire";
			return false;
		}
	wts_proof = "yes";
	return true;
}
