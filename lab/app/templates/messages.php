<?php $title = 'Chat'; require __DIR__ . '/head.php' ?>
<h1>Chat</h1>
<p>Hello <?= htmlspecialchars($user) ?></p>
<form method="post" action="/messages"><input type="hidden" name="csrf" value="<?= $csrf ?>"><input name="text"><button>Send</button></form>
<form method="post" action="/upload" enctype="multipart/form-data"><input type="hidden" name="csrf" value="<?= $csrf ?>"><input type="file" name="file"><button>Upload</button></form>
<form method="post" action="/invite"><input type="hidden" name="csrf" value="<?= $csrf ?>"><input name="to" placeholder="mail address"><button>Invite</button></form>
<form method="post" action="/logout"><input type="hidden" name="csrf" value="<?= $csrf ?>"><button>Log out</button></form>
<ul>
<?php foreach ($messages as $m): ?>
<li id="m<?= $m['id'] ?>"><b><?= htmlspecialchars($m['user']) ?></b> <?= htmlspecialchars($m['text']) ?></li>
<?php endforeach ?>
</ul>
</body></html>
