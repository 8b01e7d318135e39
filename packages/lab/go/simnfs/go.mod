module bluecore.internal/lab/simnfs

go 1.25

require (
	github.com/hanwen/go-fuse/v2 v2.12.1
	golang.org/x/sys v0.28.0
)
