#include "compositor/scanout/vmm.h"

#include "common/log.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VMM_MAX_MARKS 4

enum vmm_mark_kind {
	VMM_MARK_NONE,
	VMM_MARK_BEGINS, /* the file begins with the text */
	VMM_MARK_HOLDS,  /* the text is somewhere in it */
	VMM_MARK_EXISTS, /* something has a name that fits the pattern */
	VMM_MARK_LINK, /* something that fits the pattern is a link to a path that holds the text */
};

/* One is enough. */
struct vmm_mark {
	enum vmm_mark_kind kind;
	const char *path;
	const char *text;
};

struct vmm_entry {
	struct vmm vmm;
	struct vmm_mark marks[VMM_MAX_MARKS];
};

#define DMI(file) "/sys/class/dmi/id/" file
#define VMM_UNKNOWN 0

/*
 * The first entry with a mark that is there counts. Sources of the marks: libkrun
 * src/smbios/src/lib.rs (with EFI only) and src/libkrun/src/lib.rs; crosvm x86_64/src/smbios.rs;
 * cloud-hypervisor arch/src/x86_64/smbios.rs; for the others systemd src/basic/virt.c. CPUID says
 * "KVM" for half of them and adds nothing to DMI for the rest.
 */
static const struct vmm_entry vmm_table[] = {
	[VMM_UNKNOWN] = {{"unknown", "not known", NULL, NULL}, {{VMM_MARK_NONE, NULL, NULL}}},
	{{"libkrun", "libkrun (krunkit, muvm)",
		 /* libkrun 1.18, src/devices/src/virtio/gpu/worker.rs: SetScanoutBlob panics. */
		 "libkrun panics when a blob is shown (SET_SCANOUT_BLOB)",
		 "with one that shows blobs name the rung, as in --scanout vk-export,auto"},
		{{VMM_MARK_BEGINS, DMI("bios_vendor"), "libkrun"},
			{VMM_MARK_BEGINS, DMI("sys_vendor"), "Libkrun"},
			{VMM_MARK_HOLDS, "/proc/cmdline", "init=/init.krun"},
			{VMM_MARK_HOLDS, "/proc/cmdline", "KRUN_INIT="}}},
	{{"crosvm", "crosvm", NULL, NULL},
		{{VMM_MARK_BEGINS, DMI("product_name"), "crosvm"},
			{VMM_MARK_BEGINS, DMI("bios_vendor"), "crosvm"}}},
	{{"cloud-hypervisor", "Cloud Hypervisor", NULL,
		 "it has no display of its own: pass a GPU through, or use --backend headless"},
		{{VMM_MARK_BEGINS, DMI("sys_vendor"), "Cloud Hypervisor"},
			{VMM_MARK_BEGINS, DMI("bios_vendor"), "cloud-hypervisor"}}},
	{{"virtualbox", "VirtualBox", NULL, NULL},
		{{VMM_MARK_BEGINS, DMI("sys_vendor"), "innotek GmbH"},
			{VMM_MARK_BEGINS, DMI("product_name"), "VirtualBox"}}},
	{{"vmware", "VMware", NULL, NULL}, {{VMM_MARK_BEGINS, DMI("sys_vendor"), "VMware"},
						   {VMM_MARK_BEGINS, DMI("product_name"), "VMW"}}},
	{{"parallels", "Parallels", NULL, NULL},
		{{VMM_MARK_BEGINS, DMI("sys_vendor"), "Parallels"},
			{VMM_MARK_BEGINS, DMI("product_name"), "Parallels"}}},
	{{"apple", "Apple's Virtualization framework", NULL, NULL},
		{{VMM_MARK_BEGINS, DMI("product_name"), "Apple Virtualization"}}},
	/* UTM is QEMU. Its makers name their own machines, but leave the chassis. */
	{{"qemu", "QEMU", NULL,
		 /* ui/sdl2-gl.c and ui/cocoa.m have no dpy_gl_scanout_dmabuf, and nobody is told.
		  */
		 "its displays sdl and cocoa show no blob and say nothing: where the window stays "
		 "black use --scanout copy,cpu"},
		{{VMM_MARK_BEGINS, DMI("sys_vendor"), "QEMU"},
			{VMM_MARK_BEGINS, DMI("chassis_vendor"), "QEMU"},
			{VMM_MARK_BEGINS, DMI("product_name"), "KVM"},
			{VMM_MARK_EXISTS, "/sys/firmware/devicetree/base/fw-cfg@*", NULL}}},
	{{"hyper-v", "Hyper-V", NULL, NULL},
		/* Microsoft's real machines have its name too, and a virtual one of the first
		   generation no other. */
		{{VMM_MARK_BEGINS, DMI("product_version"), "Hyper-V"},
			{VMM_MARK_EXISTS, "/sys/bus/vmbus/devices/?*", NULL}}},
};

#define VMM_ENTRIES (sizeof vmm_table / sizeof vmm_table[0])

/* A machine that says nothing of itself and has a virtio-gpu that is not on PCI: libkrun's kernel
 * started without its own init. Taken for another one it would end at the first frame. */
static const struct vmm_mark vmm_silent_libkrun = {
	VMM_MARK_LINK, "/sys/bus/virtio/drivers/virtio_gpu/virtio*", "/platform/"};

/* The first line; cut short where it is longer than these files are. */
static bool vmm_read(const char *path, char *text, size_t cap)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	bool read = fgets(text, (int)cap, file);
	fclose(file);
	return read;
}

static bool vmm_any_links(const glob_t *found, const char *text)
{
	char target[512];
	for (size_t i = 0; i < found->gl_pathc; i++) {
		ssize_t len = readlink(found->gl_pathv[i], target, sizeof target - 1);
		target[len > 0 ? len : 0] = '\0';
		if (strstr(target, text))
			return true;
	}
	return false;
}

static bool vmm_mark_matches(const struct vmm_mark *mark, const char *path)
{
	char text[4096]; /* of a command line: COMMAND_LINE_SIZE is 2048 */
	glob_t found;
	if (mark->kind == VMM_MARK_BEGINS)
		return vmm_read(path, text, sizeof text) &&
		       strncmp(text, mark->text, strlen(mark->text)) == 0;
	if (mark->kind == VMM_MARK_HOLDS)
		return vmm_read(path, text, sizeof text) && strstr(text, mark->text);
	if (glob(path, GLOB_NOSORT, NULL, &found) != 0)
		return false;
	bool matches = mark->kind == VMM_MARK_EXISTS || vmm_any_links(&found, mark->text);
	globfree(&found);
	return matches;
}

static bool vmm_mark_is_there(const struct vmm_mark *mark, const char *root)
{
	char path[512];
	return mark->kind != VMM_MARK_NONE &&
	       snprintf(path, sizeof path, "%s%s", root, mark->path) < (int)sizeof path &&
	       vmm_mark_matches(mark, path);
}

/* Whether firmware names the machine, whatever it says. */
static bool vmm_has_dmi(const char *root)
{
	static const struct vmm_mark named = {VMM_MARK_BEGINS, DMI("sys_vendor"), ""};
	return vmm_mark_is_there(&named, root);
}

const struct vmm *vmm_detect(const char *root)
{
	for (size_t i = 0; i < VMM_ENTRIES; i++) {
		for (int k = 0; k < VMM_MAX_MARKS; k++) {
			if (vmm_mark_is_there(&vmm_table[i].marks[k], root))
				return &vmm_table[i].vmm;
		}
	}
	if (!vmm_has_dmi(root) && vmm_mark_is_there(&vmm_silent_libkrun, root))
		return vmm_find("libkrun");
	return &vmm_table[VMM_UNKNOWN].vmm;
}

const struct vmm *vmm_find(const char *id)
{
	for (size_t i = 0; i < VMM_ENTRIES; i++) {
		if (strcmp(vmm_table[i].vmm.id, id) == 0)
			return &vmm_table[i].vmm;
	}
	return NULL;
}

const struct vmm *vmm_known(size_t index)
{
	const size_t first = VMM_UNKNOWN + 1;
	return index < VMM_ENTRIES - first ? &vmm_table[first + index].vmm : NULL;
}

const struct vmm *vmm_current(void)
{
	const char *id = getenv("VITRINE_VMM");
	const struct vmm *vmm = id && id[0] ? vmm_find(id) : NULL;
	if (!vmm && id && id[0])
		log_warn("VITRINE_VMM=%s is ignored: vitrine(1), VIRTUAL MACHINES, has the names",
			id);
	return vmm ? vmm : vmm_detect("");
}
