// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is armed before the machine sleeps fires afterwards, on every CPU.  It
 * goes to sleep as far as CONFIG_PM_DEBUG's "core" level: the CPUs but one go
 * offline, the one that stays runs with interrupts off; then all comes back.
 * Real sleep loses that CPU's debug registers, so they are cleared here when
 * the core resumes, behind the kernel's back.
 *
 * The VM's root is on virtio devices, which its drivers cannot take through
 * that: the devices are left out of it.
 */
#define pr_fmt(fmt) "suspend_test: " fmt

#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/suspend.h>
#include <linux/syscore_ops.h>
#include <asm/debugreg.h>

#include "check.h"

static struct client a, b, c, e;
static atomic_t slept;

#ifdef HAVE_REGISTER_SYSCORE
static void lose_registers(void *unused)
#else
static void lose_registers(void)
#endif
{
	set_debugreg(0, 7);
	set_debugreg(0, 0);
	set_debugreg(0, 1);
	set_debugreg(0, 2);
	set_debugreg(0, 3);
	atomic_inc(&slept);
}

#ifdef HAVE_REGISTER_SYSCORE
static const struct syscore_ops core_ops = { .resume = lose_registers };
static struct syscore core = { .ops = &core_ops };
#else
static struct syscore_ops core = { .resume = lose_registers };
#define register_syscore	register_syscore_ops
#define unregister_syscore	unregister_syscore_ops
#endif

/* Can this machine sleep so deeply, and is there a level to stop at? */
static bool can_sleep(void)
{
	char text[64];

	return read_file("/sys/power/mem_sleep", text, sizeof(text)) > 0 &&
	       strstr(text, "deep") && read_file("/sys/power/pm_test", text, sizeof(text)) > 0;
}

/* A device and all below it. */
static int spare(struct device *device, void *spared)
{
	dev_pm_syscore_device(device, spared);
	return device_for_each_child(device, spared, spare);
}

static bool test_sleep(void)
{
	bool ok = true;

	CHECK(make(&a, "a", 0, 5) && make(&b, "b", 1, 5) && make_as(&c, "c", 2, 2, 5, 0) &&
	      make(&e, "e", 4, 0));
	CHECK(ENABLE_ALL(&a, &b, &c) == 0 && told("{a+ b+ c+}"));
	CHECK(enable_here(&e, WTS_LATER) == 0 && told("e!"));
	CHECK(write_file("/sys/module/suspend/parameters/pm_test_delay", "0") == 0);
	CHECK(write_file("/sys/power/pm_test", "core") == 0);
	CHECK(pm_suspend(PM_SUSPEND_MEM) == 0);
	CHECK(write_file("/sys/power/pm_test", "none") == 0);
	CHECK(num_online_cpus() > 1 || num_possible_cpus() == 1);
	pr_info("# the core slept %d times\n", atomic_read(&slept));
	CHECK(told("") && fires(&a) && fires(&b));
	CHECK(poke(&c) == num_online_cpus());
	wts_claim_disable(a.claim);
	CHECK(told("a- e+") && fires(&e) && is_quiet(&a));
	DESTROY_ALL(&a, &b, &c, &e);
	return ok;
}

static int __init suspend_test_init(void)
{
	if (check_begin())
		return -ENOMEM;
	if (can_sleep()) {
		bus_for_each_dev(&pci_bus_type, NULL, (void *)1, spare);
		register_syscore(&core);
		RUN(sleep);
		unregister_syscore(&core);
		bus_for_each_dev(&pci_bus_type, NULL, NULL, spare);
	}
	RUN(nothing_left);
	return check_end();
}
module_init(suspend_test_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of watchtap_slots: sleep");
