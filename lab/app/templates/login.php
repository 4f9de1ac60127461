<?php $title = 'Log in'; require __DIR__ . '/head.php' ?>
<h1>Log in</h1>
<form method="post" action="/login">
<input type="hidden" name="csrf" value="<?= $csrf ?>">
<input name="user" placeholder="name"><input name="password" type="password" placeholder="password">
<button>Log in</button>
</form>
</body></html>
