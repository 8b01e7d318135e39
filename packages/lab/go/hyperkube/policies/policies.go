// Package policies is a NetworkPolicy controller, as k3s has one built in. One instance per node maintains the table
// `inet policies` of the node's nftables.
package policies

import (
	"context"
	"errors"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"

	"bluecore.internal/lab/hyperkube/policies/controller"
	"bluecore.internal/lab/hyperkube/policies/nft"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// Run is the controller with the flags of os.Args.
func Run() {
	flags := flag.NewFlagSet("policies", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of the user policies")
	node := flags.String("node", "", "name of the node whose pods are filtered")
	_ = flags.Parse(os.Args[1:]) // ExitOnError: does not return an error
	log.SetFlags(log.LstdFlags | log.Lmicroseconds)
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, *kubeconfig, *node); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, kubeconfig, node string) error {
	if node == "" {
		return errors.New("-node is missing: the name of this node")
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = -1, -1 // four lists at the start, then watches
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return controller.Run(ctx, client, node, nft.Apply)
}
