package nfsfs

import "syscall"

// failure is the last write of a file that failed after its program had been told that it went well. Each file open at
// that time is told once; so is one opened later if nobody has been told yet. That is how Linux does it (errseq_t,
// Documentation/core-api/errseq.rst), and what PostgreSQL's checkpointer relies on. The zero value is no failure.
type failure struct {
	errno   syscall.Errno
	count   failureMark
	noticed bool
}

// failureMark numbers the failures of a file.
type failureMark uint64

// record notes a failed write.
func (f *failure) record(e syscall.Errno) {
	f.errno, f.noticed = e, false
	f.count++
}

// mark is what a newly opened file need not be told of.
func (f *failure) mark() failureMark {
	if f.noticed {
		return f.count
	}
	return 0
}

// peek returns the error that an open file has not been told of, or 0.
func (f *failure) peek(told failureMark) syscall.Errno {
	if f.count == told {
		return 0
	}
	return f.errno
}

// take is peek, after which the file has been told.
func (f *failure) take(told *failureMark) syscall.Errno {
	e := f.peek(*told)
	if e != 0 {
		*told, f.noticed = f.count, true
	}
	return e
}
