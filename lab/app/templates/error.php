<?php $title = "Error $status"; require __DIR__ . '/head.php' ?>
<h1><?= $status ?></h1>
<p><?= htmlspecialchars($message) ?></p>
</body></html>
