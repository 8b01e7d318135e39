module bluecore.internal/lab/pause

go 1.24
