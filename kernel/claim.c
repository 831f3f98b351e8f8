// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The functions of watchtap_slots.h: a claim's life from its client's side.
 *
 * How a claim dies (wts_claim_destroy):
 *  a. its gate is shut: no handler that begins now is given to the client;
 *  b. a sweep, in the kworker, takes it out of the plan and waits until every
 *     CPU has confirmed: no handler that began before (a) is still running,
 *     and no CPU's register leads to it;
 *  c. it leaves the list, in the same request: no plan can name it again;
 *  d. it is freed, and its client's module let go last, as ops are its code.
 */
#include "slots.h"

#include <linux/export.h>
#include <linux/module.h>
#include <linux/slab.h>

/* A member that an older client did not have reads as zero. */
#define wts_has(object, type, member) \
	((object)->size >= offsetofend(type, member))

/* Adds a claim that was checked as far as can be without perf.  Kworker. */
static int wts_admit(struct wts_request *request)
{
	struct wts_claim *claim = request->claims[0];
	int error = wts_check_claim(claim, request->why);

	if (error && error != -ENOSPC)
		return error;
	list_add_tail(&claim->link, &wts_claims);
	return 0;
}

/* Steps b and c.  Kworker. */
static int wts_dismiss(struct wts_request *request)
{
	wts_sweep();
	list_del(&request->claims[0]->link);
	return 0;
}

/* Kworker. */
static int wts_grant(struct wts_request *request)
{
	return wts_grant_batch(request->claims, request->n, request->why);
}

/* Kworker. */
static int wts_arm(struct wts_request *request)
{
	return wts_arm_batch(request->claims, request->n, request->why);
}

/* Kworker. */
static int wts_enable(struct wts_request *request)
{
	return wts_grant(request) ?: wts_arm(request);
}

/* What can be said of an attr without a register.  Any context. */
static int wts_check_attr(const struct wts_claim_attr *attr, struct wts_policy_claim *place,
			  struct wts_reason *why)
{
	const char *what;

	if (attr->access != WTS_WRITE && attr->access != WTS_READ_WRITE)
		return wts_refuse(why, -EINVAL, "cannot watch for access %u: it is 1 or 3", attr->access);
	place->pieces = wts_arch_split(attr->address, attr->length, attr->access, place->piece,
				       WTS_POLICY_PIECES);
	if (!place->pieces)
		return wts_refuse(why, -EINVAL, "cannot watch %llu bytes at 0x%llx: not a range",
				  attr->length, attr->address);
	if (place->pieces > WTS_POLICY_PIECES)
		return wts_refuse(why, -E2BIG,
				  "%llu bytes at 0x%llx need %u aligned pieces of 1, 2, 4 or 8 bytes, and a CPU has %u registers",
				  attr->length, attr->address, place->pieces, WTS_ARCH_REGISTERS);
	what = wts_arch_forbidden(attr->address, attr->length);
	if (what)
		return wts_refuse(why, -EACCES, "cannot watch 0x%llx: it is %s", attr->address, what);
	return 0;
}

static void wts_claim_free(struct wts_claim *claim)
{
	struct module *owner = claim->owner;

	free_percpu(claim->counts);
	kfree(claim);
	module_put(owner);
}

struct wts_claim *wts_claim_create(const struct wts_claim_attr *attr, struct wts_reason *why)
{
	struct wts_request request = { .run = wts_admit, .n = 1, .why = why };
	struct wts_policy_claim place = { };
	struct wts_claim *claim;

	if (!wts_has(attr, struct wts_claim_attr, owner) || !attr->ops ||
	    !wts_has(attr->ops, struct wts_ops, hit) || !attr->ops->hit) {
		wts_refuse(why, -EINVAL, "the client's request is incomplete");
		return NULL;
	}
	if (wts_check_attr(attr, &place, why))
		return NULL;

	claim = kzalloc(sizeof(*claim), GFP_KERNEL);
	if (!claim)
		goto no_memory;
	claim->counts = alloc_percpu(struct wts_counts);
	if (!claim->counts)
		goto no_counts;
	if (!try_module_get(attr->owner)) {
		wts_refuse(why, -EINVAL, "the client's module is being removed");
		goto no_owner;
	}

	claim->hit = attr->ops->hit;
	claim->observe = wts_has(attr->ops, struct wts_ops, observe) ? attr->ops->observe : NULL;
	claim->data = attr->data;
	claim->address = attr->address;
	claim->length = attr->length;
	claim->owner = attr->owner;
	claim->place = place;
	strscpy(claim->name, attr->name ?: "", sizeof(claim->name));
	strscpy(claim->client, attr->client ?: "", sizeof(claim->client));
	request.claims = &claim;
	if (wts_request(&request)) {
		wts_claim_free(claim);
		return NULL;
	}
	return claim;

no_owner:
	free_percpu(claim->counts);
	kfree(claim);
	return NULL;
no_counts:
	kfree(claim);
no_memory:
	wts_refuse(why, -ENOMEM, "out of memory");
	return NULL;
}
EXPORT_SYMBOL_GPL(wts_claim_create);

int wts_claims_grant(struct wts_claim **claims, unsigned int n, struct wts_reason *why)
{
	struct wts_request request = { .run = wts_grant, .claims = claims, .n = n, .why = why };

	return wts_request(&request);
}
EXPORT_SYMBOL_GPL(wts_claims_grant);

int wts_claims_arm(struct wts_claim **claims, unsigned int n)
{
	struct wts_request request = { .run = wts_arm, .claims = claims, .n = n };

	return wts_request(&request);
}
EXPORT_SYMBOL_GPL(wts_claims_arm);

int wts_claims_enable(struct wts_claim **claims, unsigned int n, struct wts_reason *why)
{
	struct wts_request request = { .run = wts_enable, .claims = claims, .n = n, .why = why };

	return wts_request(&request);
}
EXPORT_SYMBOL_GPL(wts_claims_enable);

/* C.  Lock-free: it may interrupt anything, a grant of this very claim included. */
void wts_claim_disable(struct wts_claim *claim)
{
	if (atomic64_xchg(&claim->gate, 0))
		wts_sweep_soon();
}
EXPORT_SYMBOL_GPL(wts_claim_disable);

bool wts_claim_is_open(const struct wts_claim *claim)
{
	return atomic64_read_acquire(&claim->gate) & 1;
}
EXPORT_SYMBOL_GPL(wts_claim_is_open);

void wts_claim_destroy(struct wts_claim *claim)
{
	struct wts_request request = { .run = wts_dismiss, .claims = &claim, .n = 1 };

	if (!claim)
		return;
	atomic64_set(&claim->gate, 0);
	wts_request(&request);
	wts_claim_free(claim);
}
EXPORT_SYMBOL_GPL(wts_claim_destroy);

/* Where a claim stands.  Any context; a moment's truth unless wts_mutex is held. */
static enum wts_state wts_claim_state(const struct wts_claim *claim)
{
	u64 gate = atomic64_read(&claim->gate);

	if (gate)
		return gate & 1 ? WTS_ARMED : WTS_ARMING;
	return READ_ONCE(claim->hold) == WTS_HOLDS_NOTHING ? WTS_OFF : WTS_RELEASING;
}

void wts_claim_stats(const struct wts_claim *claim, struct wts_claim_stats *ret)
{
	struct wts_claim_stats stats = { .size = sizeof(stats) };
	unsigned int cpu;

	stats.state = wts_claim_state(claim);
	for_each_possible_cpu(cpu) {
		stats.delivered += READ_ONCE(per_cpu_ptr(claim->counts, cpu)->delivered);
		stats.arming += READ_ONCE(per_cpu_ptr(claim->counts, cpu)->arming);
	}
	/* As much as the client has room for; it keeps the size that it gave. */
	if (ret->size && ret->size < sizeof(stats))
		stats.size = ret->size;
	memcpy(ret, &stats, stats.size);
}
EXPORT_SYMBOL_GPL(wts_claim_stats);
