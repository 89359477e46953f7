"""The virtual machine of Vitrine: what vm/run, vm/shell and vm/test share. Runs inside the sysroot (vm/enter)."""
