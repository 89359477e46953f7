#include "compositor/scanout/private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const verdict_outcomes[] = {
	[SCANOUT_UNTRIED] = "untried",
	[SCANOUT_SKIPPED] = "skipped",
	[SCANOUT_FAILED] = "failed",
	[SCANOUT_PROVED] = "proved",
	[SCANOUT_UNPROVED] = "unproved",
};

const char *scanout_outcome_name(enum scanout_outcome outcome)
{
	return verdict_outcomes[outcome];
}

static void verdict_append(char *text, size_t cap, const char *more)
{
	size_t len = strlen(text);
	snprintf(text + len, cap - len, "%s", more);
}

void scanout_verdict_list(const struct scanout *scanout, char *text, size_t cap)
{
	text[0] = '\0';
	for (size_t i = 0; i < scanout->options.order.len; i++) {
		enum scanout_rung rung = scanout->options.order.rungs[i];
		const struct scanout_attempt *attempt = &scanout->attempts[rung];
		if (attempt->outcome != SCANOUT_SKIPPED && attempt->outcome != SCANOUT_FAILED)
			continue;
		char part[512];
		snprintf(part, sizeof part, "%s%s %s: %s", text[0] ? "; " : "",
			scanout_rung_name(rung), scanout_outcome_name(attempt->outcome),
			attempt->reason);
		verdict_append(text, cap, part);
	}
}

static const char *verdict_claim(const struct scanout_verdict *verdict)
{
	if (verdict->gpu_copy)
		return "zero CPU copies, one GPU copy";
	if (verdict->zero_copy)
		return "zero-copy";
	return verdict->rung == SCANOUT_COPY ? "one CPU copy of the damage" : "drawn by the CPU";
}

void scanout_verdict_fill(struct scanout *scanout)
{
	struct scanout_verdict *verdict = &scanout->verdict;
	enum scanout_rung rung = scanout_rung(scanout);
	verdict->rung = rung;
	verdict->proved = scanout->attempts[rung].outcome == SCANOUT_PROVED;
	verdict->gpu_copy = scanout->gpu_copy;
	verdict->zero_copy = rung != SCANOUT_COPY && rung != SCANOUT_CPU && !scanout->gpu_copy;
	verdict->line = scanout->line;
	snprintf(scanout->line, sizeof scanout->line,
		"scanout: %s, %s%s, %" PRIu64 " bytes copied a frame", scanout_rung_name(rung),
		verdict_claim(verdict), verdict->proved ? " proven" : " unproven",
		scanout->proof_bytes);
	char others[768];
	scanout_verdict_list(scanout, others, sizeof others);
	if (scanout->began_low && !scanout->wanted && !others[0])
		snprintf(others, sizeof others, "a GPU when something is for it");
	if (others[0]) {
		verdict_append(scanout->line, sizeof scanout->line, " (");
		verdict_append(scanout->line, sizeof scanout->line, others);
		verdict_append(scanout->line, sizeof scanout->line, ")");
	}
}
