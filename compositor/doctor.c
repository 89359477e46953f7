#include "compositor/doctor.h"
int doctor_main(int argc, char **argv)
{
	return 2;
}
