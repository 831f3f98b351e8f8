// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clocks and dates. Any context: only clocks that an NMI may read.
 */

/* Wall-clock time. */
long wt_gettimeofday_ns(struct wt_ctx *c)
{
	return ktime_get_real_fast_ns();
}

long wt_ktime_get_ns(struct wt_ctx *c)
{
	return ktime_get_mono_fast_ns();
}

/* The scheduler's, one for all CPUs where the TSC is stable. */
long wt_local_clock_ns(struct wt_ctx *c)
{
	return sched_clock();
}

long wt_get_cycles(struct wt_ctx *c)
{
	return get_cycles();
}

long wt_jiffies(struct wt_ctx *c)
{
	return jiffies;
}

long wt_hz(struct wt_ctx *c)
{
	return HZ;
}

/* The date that seconds since 1970 stand for, in UTC: always 24 bytes, as in ctime(3) without the newline. */
void wt_ctime(struct wt_ctx *c, long seconds, char *ret, const char *place)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm t;

	ret[0] = '\0';
	if (seconds < S32_MIN || seconds > S32_MAX) {
		wt_fail_saying(c, place, "ctime: %ld is too far in the %s", seconds, seconds < 0 ? "past" : "future");
		return;
	}
	time64_to_tm(seconds, 0, &t);
	snprintf(ret, MAXSTRINGLEN, "%.3s %.3s%3d %02d:%02d:%02d %ld", days + 3 * t.tm_wday, months + 3 * t.tm_mon,
		 t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, t.tm_year + 1900);
}

void wt_ctime_now(struct wt_ctx *c, char *ret, const char *place)
{
	wt_ctime(c, wt_gettimeofday_ns(c) / NSEC_PER_SEC, ret, place);
}
