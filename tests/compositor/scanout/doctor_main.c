#include "compositor/doctor.h"

int main(int argc, char **argv)
{
	return doctor_main(argc, argv);
}
