#include "compositor/scanout/order.h"

#include <stdio.h>
#include <string.h>

static const char *const order_names[SCANOUT_RUNGS] = {
	[SCANOUT_GBM_IMPORT] = "gbm-import",
	[SCANOUT_VK_EXPORT] = "vk-export",
	[SCANOUT_HOST_POINTER] = "host-pointer",
	[SCANOUT_COPY] = "copy",
	[SCANOUT_CPU] = "cpu",
};

const char *scanout_rung_name(enum scanout_rung rung)
{
	return order_names[rung];
}

static bool order_has(const struct scanout_order *order, enum scanout_rung rung)
{
	for (size_t i = 0; i < order->len; i++) {
		if (order->rungs[i] == rung)
			return true;
	}
	return false;
}

static void order_add(struct scanout_order *order, enum scanout_rung rung, bool named)
{
	order->rungs[order->len] = rung;
	order->named[order->len] = named;
	order->len++;
}

static void order_add_rest(struct scanout_order *order)
{
	for (enum scanout_rung rung = 0; rung < SCANOUT_RUNGS; rung++) {
		if (!order_has(order, rung))
			order_add(order, rung, false);
	}
}

void scanout_order_init(struct scanout_order *order)
{
	*order = (struct scanout_order){0};
	order_add_rest(order);
}

void scanout_order_prefer(struct scanout_order *order, enum scanout_rung rung)
{
	size_t first = 0, at;
	while (first < order->len && order->named[first])
		first++;
	for (at = first; at < order->len && order->rungs[at] != rung; at++)
		;
	if (at == order->len || order->named[at])
		return;
	/* Behind the first that is not named nothing is named: "auto" ends the order. */
	memmove(&order->rungs[first + 1], &order->rungs[first],
		(at - first) * sizeof order->rungs[0]);
	order->rungs[first] = rung;
}

/* The rung whose name is the len bytes at text; SCANOUT_RUNGS: none. */
static enum scanout_rung order_find(const char *text, size_t len)
{
	for (enum scanout_rung rung = 0; rung < SCANOUT_RUNGS; rung++) {
		if (strlen(order_names[rung]) == len && memcmp(order_names[rung], text, len) == 0)
			return rung;
	}
	return SCANOUT_RUNGS;
}

static bool order_parse_word(
	const char *word, size_t len, struct scanout_order *order, char *error, size_t cap)
{
	if (len == strlen("auto") && memcmp(word, "auto", len) == 0) {
		order_add_rest(order);
		return true;
	}
	enum scanout_rung rung = order_find(word, len);
	if (rung == SCANOUT_RUNGS) {
		snprintf(error, cap,
			"unknown scanout rung '%.*s': the rungs are gbm-import, vk-export, "
			"host-pointer, copy, cpu and auto (all others)",
			(int)len, word);
		return false;
	}
	if (order_has(order, rung)) {
		snprintf(error, cap,
			"scanout rung '%.*s' is there already: name each once, and auto last",
			(int)len, word);
		return false;
	}
	order_add(order, rung, true);
	return true;
}

bool scanout_order_parse(const char *text, struct scanout_order *order, char *error, size_t cap)
{
	*order = (struct scanout_order){0};
	for (const char *word = text;; word++) {
		size_t len = strcspn(word, ",");
		if (!order_parse_word(word, len, order, error, cap))
			return false;
		word += len;
		if (*word == '\0')
			return true;
	}
}
