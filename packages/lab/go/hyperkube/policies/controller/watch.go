// Package keep keeps a node's table as the cluster's policies say.
package controller

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"bluecore.internal/lab/hyperkube/policies/compile"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	v1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	networklisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
)

// firstSight is how long the first look at the cluster may take. It also ends with its first failure, as at the start of
// a cluster, when nobody has rights yet: client-go would ask ever more rarely, for up to half a minute, where a new start
// of this program asks anew each second.
const firstSight = 5 * time.Second

// sight is what a node sees of the cluster.
type sight struct {
	node       string
	policies   networklisters.NetworkPolicyLister
	pods       corelisters.PodLister
	namespaces corelisters.NamespaceLister
	nodes      corelisters.NodeLister
}

// look begins to watch the cluster; changed is called on every change, and must not block.
func look(ctx context.Context, client kubernetes.Interface, node string, changed func()) (*sight, error) {
	all := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(slim))
	own := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(slim),
		informers.WithTweakListOptions(func(options *v1.ListOptions) {
			options.FieldSelector = fields.OneTermEqualSelector(v1.ObjectNameField, node).String()
		}))
	seen := &sight{
		node:       node,
		policies:   all.Networking().V1().NetworkPolicies().Lister(),
		pods:       all.Core().V1().Pods().Lister(),
		namespaces: all.Core().V1().Namespaces().Lister(),
		nodes:      own.Core().V1().Nodes().Lister(),
	}
	handlers := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { changed() },
		UpdateFunc: func(any, any) { changed() },
		DeleteFunc: func(any) { changed() },
	}
	limited, cancel := context.WithTimeout(ctx, firstSight)
	defer cancel()
	failed := func(ctx context.Context, reflector *cache.Reflector, err error) {
		cache.DefaultWatchErrorHandler(ctx, reflector, err)
		cancel()
	}
	for _, informer := range []cache.SharedIndexInformer{
		all.Networking().V1().NetworkPolicies().Informer(),
		all.Core().V1().Pods().Informer(),
		all.Core().V1().Namespaces().Informer(),
		own.Core().V1().Nodes().Informer(),
	} {
		if _, err := informer.AddEventHandler(handlers); err != nil {
			return nil, err
		}
		if err := informer.SetWatchErrorHandlerWithContext(failed); err != nil {
			return nil, err
		}
	}
	for _, factory := range []informers.SharedInformerFactory{all, own} {
		factory.Start(ctx.Done())
		for kind, synced := range factory.WaitForCacheSync(limited.Done()) {
			if !synced {
				return nil, fmt.Errorf("no list of %s yet", kind)
			}
		}
	}
	return seen, nil
}

// slim drops what nobody reads here.
func slim(object any) (any, error) {
	if described, err := meta.Accessor(object); err == nil {
		described.SetManagedFields(nil)
	}
	return object, nil
}

// table is what the node's packet filter should be now.
func (seen *sight) table() (compile.Table, error) {
	var cluster compile.Cluster
	var err error
	if cluster.Policies, err = seen.policies.List(labels.Everything()); err != nil {
		return compile.Table{}, err
	}
	if cluster.Pods, err = seen.pods.List(labels.Everything()); err != nil {
		return compile.Table{}, err
	}
	if cluster.Namespaces, err = seen.namespaces.List(labels.Everything()); err != nil {
		return compile.Table{}, err
	}
	nodes, err := seen.nodes.List(labels.Everything())
	if err != nil {
		return compile.Table{}, err
	}
	return compile.Compile(seen.node, podRange(nodes), cluster)
}

// podRange is the zero value until the controller manager gave the node one.
func podRange(nodes []*core.Node) netip.Prefix {
	for _, node := range nodes {
		if prefix, err := netip.ParsePrefix(node.Spec.PodCIDR); err == nil && prefix.Addr().Is4() {
			return prefix
		}
	}
	return netip.Prefix{}
}
