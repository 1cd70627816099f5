#pragma once
#include <mpi.h>
#include <sys/types.h>
#include <sys/uio.h>

// MPI's handles and MPI_IN_PLACE are macros over casts, which Swift can't see.
static inline MPI_Comm cmpi_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Datatype cmpi_float(void) { return MPI_FLOAT; }
static inline MPI_Datatype cmpi_byte(void) { return MPI_BYTE; }
static inline MPI_Op cmpi_sum(void) { return MPI_SUM; }
static inline MPI_Errhandler cmpi_errors_return(void) { return MPI_ERRORS_RETURN; }
static inline void *cmpi_in_place(void) { return MPI_IN_PLACE; }

// Declared for _GNU_SOURCE alone, with which Swift doesn't read headers.
ssize_t process_vm_readv(pid_t, const struct iovec *, unsigned long, const struct iovec *, unsigned long, unsigned long);

// Copies from a process's memory, as workers of one host do; the number of bytes, or -1 where the kernel forbids it.
static inline ssize_t cmpi_copy_from_process(pid_t process, void *to, const void *from, size_t count) {
  const struct iovec here = {to, count}, there = {(void *)from, count};
  return process_vm_readv(process, &here, 1, &there, 1, 0);
}
