/* Which VMM, and whether a GPU, is told by which files, in folders that look like machines. */
#include "compositor/scanout/vmm.h"
#include "compositor/scanout/gpu.h"

#include "tests/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DMI "/sys/class/dmi/id/"

static char root[64];

static void make_folders(const char *path)
{
	char part[512];
	for (const char *slash = strchr(path + strlen(root) + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
		assert_true(mkdir(part, 0700) == 0 || errno == EEXIST);
	}
}

static void put(const char *name, const char *text)
{
	char path[512];
	snprintf(path, sizeof path, "%s%s", root, name);
	make_folders(path);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void put_link(const char *name, const char *target)
{
	char path[512];
	snprintf(path, sizeof path, "%s%s", root, name);
	make_folders(path);
	assert_int_equal(symlink(target, path), 0);
}

static int setup(void **state)
{
	strcpy(root, "/tmp/vmm-XXXXXX");
	unsetenv("VITRINE_VMM");
	unsetenv("VK_DRIVER_FILES");
	unsetenv("VK_ICD_FILENAMES");
	unsetenv("XDG_DATA_DIRS");
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];
	snprintf(command, sizeof command, "rm -r %s", root);
	return system(command);
}

static void expect(const char *id)
{
	assert_string_equal(vmm_detect(root)->id, id);
}

static void every_vmm_is_told_by_its_firmware(void **state)
{
	static const char *const machines[][3] = {
		{"bios_vendor", "libkrun\n", "libkrun"},
		{"sys_vendor", "Libkrun\n", "libkrun"},
		{"product_name", "crosvm\n", "crosvm"},
		{"bios_vendor", "crosvm\n", "crosvm"},
		{"sys_vendor", "Cloud Hypervisor\n", "cloud-hypervisor"},
		{"bios_vendor", "cloud-hypervisor\n", "cloud-hypervisor"},
		{"sys_vendor", "innotek GmbH\n", "virtualbox"},
		{"product_name", "VirtualBox\n", "virtualbox"},
		{"sys_vendor", "VMware, Inc.\n", "vmware"},
		{"product_name", "VMW201.00V.20648489.BA64\n", "vmware"},
		{"sys_vendor", "Parallels International GmbH.\n", "parallels"},
		{"product_name", "Parallels ARM Virtual Machine\n", "parallels"},
		{"product_name", "Apple Virtualization Generic Platform\n", "apple"},
		{"sys_vendor", "QEMU\n", "qemu"},
		{"product_name", "KVM Virtual Machine\n", "qemu"},
		{"product_version", "Hyper-V UEFI Release v4.1\n", "hyper-v"},
	};
	for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
		char name[64];
		snprintf(name, sizeof name, DMI "%s", machines[i][0]);
		put(name, machines[i][1]);
		expect(machines[i][2]);
		assert_ptr_equal(vmm_detect(root), vmm_find(machines[i][2]));
		put(name, "");
	}
}

/* libvirt and clouds name the machine themselves; the chassis keeps QEMU's name. */
static void qemu_under_another_name(void **state)
{
	put(DMI "sys_vendor", "OpenStack Foundation\n");
	expect("unknown");
	put(DMI "chassis_vendor", "QEMU\n");
	expect("qemu");
}

static void hyper_v_of_the_first_generation(void **state)
{
	put(DMI "sys_vendor", "Microsoft Corporation\n");
	expect("unknown");
	put("/sys/bus/vmbus/devices/00000000-0000-8899-0000-000000000000/class_id", "");
	expect("hyper-v");
}

static void libkrun_without_firmware(void **state)
{
	put("/proc/cmdline", "reboot=k panic=-1 quiet no-kvmapf init=/init.krun -- /bin/sh\n");
	expect("libkrun");
	put("/proc/cmdline", "root=/dev/vda1 KRUN_INIT=/sbin/init\n");
	expect("libkrun");
	put("/proc/cmdline", "root=/dev/vda1 init=/sbin/init\n");
	expect("unknown");
}

/* Safe rather than fast: no copy is worth the machine. */
static void silent_machine_with_a_gpu_that_is_not_on_pci(void **state)
{
	put_link("/sys/bus/virtio/drivers/virtio_gpu/virtio3",
		"../../../../devices/platform/a007000.virtio_mmio/virtio3");
	expect("libkrun");
	put("/sys/firmware/devicetree/base/fw-cfg@9020000/compatible", "qemu,fw-cfg-mmio");
	expect("qemu");
}

static void named_machine_with_a_gpu_that_is_not_on_pci(void **state)
{
	put_link("/sys/bus/virtio/drivers/virtio_gpu/virtio3",
		"../../../../devices/platform/a007000.virtio_mmio/virtio3");
	put(DMI "sys_vendor", "Somebody\n");
	expect("unknown");
}

static void real_machine(void **state)
{
	put(DMI "sys_vendor", "Microsoft Corporation\n");
	put(DMI "product_name", "Surface Laptop 5\n");
	put_link("/sys/bus/virtio/drivers/virtio_gpu/virtio0",
		"../../../../devices/pci0000:00/0000:00:02.0/virtio0");
	expect("unknown");
	assert_null(vmm_detect(root)->blob);
}

static void put_render_node(const char *number, const char *driver)
{
	char name[128], target[128];
	snprintf(name, sizeof name, "/sys/class/drm/renderD%s/device/driver", number);
	snprintf(target, sizeof target, "../../../bus/some/drivers/%s", driver);
	put_link(name, target);
}

static void virtual_gpus_have_no_vulkan_but_by_venus(void **state)
{
	const struct kms_device_info plain = {.virtio_gpu = true}, virgl = {.virgl = true},
				     venus = {.venus = true, .context_init = true};
	assert_false(gpu_is_there(&plain, root));
	assert_true(gpu_is_there(&venus, root));
	put("/sys/class/drm/renderD127/device/uevent", ""); /* no driver */
	put_render_node("128", "virtio_gpu");
	put_render_node("129", "vmwgfx");
	put_render_node("130", "virtio-pci");
	assert_false(gpu_is_there(&plain, root));
	assert_false(gpu_is_there(&virgl, root));
	assert_true(gpu_is_there(&venus, root));
}

static void a_gpu_that_is_passed_through_has_it(void **state)
{
	const struct kms_device_info plain = {.virtio_gpu = true};
	put_render_node("128", "virtio_gpu");
	put_render_node("129", "nvidia");
	assert_true(gpu_is_there(&plain, root));
}

/* One that the guest has no driver for is worth a look at the start. */
static void a_gpu_with_a_driver_can_wait(void **state)
{
	const struct kms_device_info plain = {.virtio_gpu = true},
				     venus = {.venus = true, .context_init = true};
	put("/usr/share/vulkan/icd.d/lvp_icd.json", "");
	assert_false(gpu_can_wait(&venus, root));
	put("/usr/share/vulkan/icd.d/virtio_icd.x86_64.json", "");
	assert_true(gpu_can_wait(&venus, root));
	assert_false(gpu_can_wait(&plain, root));
	setenv("XDG_DATA_DIRS", "/run/driver/share:/usr/local/share", 1);
	assert_false(gpu_can_wait(&venus, root));
	put("/run/driver/share/vulkan/icd.d/virtio_icd.json", "");
	assert_true(gpu_can_wait(&venus, root));
	setenv("VK_ICD_FILENAMES", "/lvp_icd.json:", 1);
	assert_false(gpu_can_wait(&venus, root));
	setenv("VK_DRIVER_FILES", ":/lvp_icd.json:/run/driver/share/vulkan/icd.d/virtio_icd.json",
		1);
	assert_true(gpu_can_wait(&venus, root));
	setenv("VK_DRIVER_FILES", "/gone/virtio_icd.json", 1);
	assert_false(gpu_can_wait(&venus, root));
	static char list[3 * 4096];
	memset(list, 'x', sizeof list - 1); /* longer than any path */
	setenv("VK_DRIVER_FILES", list, 1);
	assert_false(gpu_can_wait(&venus, root));
}

static void only_libkrun_must_not_be_shown_blobs(void **state)
{
	assert_non_null(strstr(vmm_find("libkrun")->blob, "panics"));
	assert_null(vmm_find("qemu")->blob);
	assert_null(vmm_find("crosvm")->blob);
	assert_null(vmm_find("nonsense"));
}

static void files_of_another_kind_are_no_marks(void **state)
{
	static char line[64 * 1024];
	memset(line, 'x', sizeof line - 1);
	put(DMI "sys_vendor", line);
	put("/proc/cmdline", line);
	put(DMI "bios_vendor/is-a-folder", "libkrun\n");
	put(DMI "product_name", "\001\377\n");
	expect("unknown");
}

static void the_table_is_told_from_its_start_to_its_end(void **state)
{
	size_t len = 0;
	for (const struct vmm *vmm; (vmm = vmm_known(len)); len++)
		assert_ptr_equal(vmm_find(vmm->id), vmm);
	assert_int_equal(len, 9);
	assert_null(vmm_known(SIZE_MAX));
}

static void the_user_knows_better(void **state)
{
	setenv("VITRINE_VMM", "libkrun", 1);
	assert_string_equal(vmm_current()->id, "libkrun");
	setenv("VITRINE_VMM", "unknown", 1);
	assert_string_equal(vmm_current()->id, "unknown");
	const struct vmm *detected = vmm_detect("");
	setenv("VITRINE_VMM", "nonsense", 1);
	assert_ptr_equal(vmm_current(), detected);
	setenv("VITRINE_VMM", "", 1);
	assert_ptr_equal(vmm_current(), detected);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_vmm_is_told_by_its_firmware),
		TEST(qemu_under_another_name),
		TEST(hyper_v_of_the_first_generation),
		TEST(libkrun_without_firmware),
		TEST(silent_machine_with_a_gpu_that_is_not_on_pci),
		TEST(named_machine_with_a_gpu_that_is_not_on_pci),
		TEST(real_machine),
		TEST(virtual_gpus_have_no_vulkan_but_by_venus),
		TEST(a_gpu_that_is_passed_through_has_it),
		TEST(a_gpu_with_a_driver_can_wait),
		TEST(only_libkrun_must_not_be_shown_blobs),
		TEST(files_of_another_kind_are_no_marks),
		TEST(the_table_is_told_from_its_start_to_its_end),
		TEST(the_user_knows_better),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
